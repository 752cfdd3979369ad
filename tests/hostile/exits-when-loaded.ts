// A file that throws later, and ends the process as soon as it is loaded.
setTimeout(() => {
  throw new Error('thrown by a hostile file')
}, 1)

export const tool = process.exit(3)
