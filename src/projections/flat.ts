/**
 * The same text in one piece, for one that is kept and put into many others. What is put together of parts stays a
 * tree of them in V8, and every text that it becomes a part of walks that tree again: a quarter of what a span's text cost.
 */
export const flat = (text: string): string => text.split('').join('')
