import { stringify } from 'csv-stringify/sync'
import { array, assert, asyncProperty, constantFrom, integer, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf } from '../../../src/http/batches/charset.ts'
import { csvRows, delimiterOf, type CsvRow } from '../../../src/http/batches/csv-rows.ts'
import { columnsOf, factsOf, parseMap } from '../../../src/http/batches/mapping.ts'

async function rowsOf(text: string): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const row of csvRows(text)) rows.push(row)
  return rows
}

const problemsOf = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error instanceof Error && 'problems' in error ? error.problems : error
  }
  return null
}

describe('the text of a file', () => {
  const müller = 'Firma;Müller – 5 €'
  test.each([
    ['UTF-8', Buffer.from(müller), null],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${müller}`), null],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${müller}`, 'utf16le'), null],
    ['Windows-1252, read', Buffer.from('Firma;M\xfcller \x96 5 \x80', 'latin1'), null],
    ['Windows-1252, told', Buffer.from('Firma;M\xfcller \x96 5 \x80', 'latin1'), 'windows-1252'],
    ['a mark goes before what is told', Buffer.from(`\uFEFF${müller}`), 'windows-1252'],
  ])('%s', (_name, bytes, told) => {
    expect(textOf(bytes, told)).toBe(müller)
  })

  test('is refused where it is not what it is said to be, or nobody knows the charset', () => {
    expect(() => textOf(Buffer.from('M\xfcller', 'latin1'), 'utf-8')).toThrow('See errors')
    expect(() => textOf(Buffer.from('x'), 'klingon')).toThrow('a charset such as')
  })
})

describe('rows of a table', () => {
  test.each([
    ['a,b\n', ','],
    ['a;b;"c,d,e,f"\n', ';'],
    ['a\tb,c\td\n', '\t'],
    ['only\n', ','],
  ])('the delimiter of %j is %j', (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter)
  })

  test('begin on the line that is told, with line breaks inside quotes and empty lines between', async () => {
    expect(await rowsOf('a;b\r\n"1\r\nx";2\r\n\r\n3;4\r\n;\r\n5;6')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1\r\nx', '2'] },
      { line: 5, cells: ['3', '4'] },
      { line: 7, cells: ['5', '6'] },
    ])
  })

  test('a wrong one is told and costs no other, whatever its quotes swallow', async () => {
    const text = 'a,b\n1,"open\n2,3\n4\n5,6,7\n8,"x ""q"""\n9,un"quoted\n10,"never closed\n11,12\n'
    expect(await rowsOf(text)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, error: expect.stringMatching(/^has /) },
      { line: 3, cells: ['2', '3'] },
      { line: 4, error: 'has 1 cells where the headings are 2' },
      { line: 5, error: 'has 3 cells where the headings are 2' },
      { line: 6, cells: ['8', 'x "q"'] },
      { line: 7, cells: ['9', 'un"quoted'] },
      { line: 8, error: 'has a quote that is not closed' },
      { line: 9, cells: ['11', '12'] },
    ])
  })

  test('are what a spreadsheet has written, cell by cell', async () => {
    const cell = string({ unit: 'grapheme', maxLength: 12 }).map((text) => `x${text}`)
    const table = integer({ min: 2, max: 4 }).chain((width) =>
      array(array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 600 }),
    )
    await assert(
      asyncProperty(table, constantFrom(',', ';', '\t'), async (rows, delimiter) => {
        const headings = rows[0]?.map((_cell, index) => `h${index}`) ?? []
        const text = stringify([headings, ...rows], { delimiter, quoted: true })
        const read = await rowsOf(text)
        expect(read.map((row) => ('cells' in row ? row.cells : row))).toEqual([headings, ...rows])
      }),
      { numRuns: 30 },
    )
  })
})

describe('a map', () => {
  test('says where each heading goes, and of what type it is', () => {
    const map =
      'account.name:Company, Inc.,account.seats:Seats:number,flags.is_new:New:boolean,raw:J:json,x:a:b'
    expect(parseMap(map)).toEqual([
      { path: 'account.name', heading: 'Company, Inc.', type: 'text' },
      { path: 'account.seats', heading: 'Seats', type: 'number' },
      { path: 'flags.is_new', heading: 'New', type: 'boolean' },
      { path: 'raw', heading: 'J', type: 'json' },
      { path: 'x', heading: 'a:b', type: 'text' },
    ])
  })

  test.each([
    ['Company', 'must be path:Heading, such as account.name:Company'],
    ['__proto__.x:Company', 'must be path:Heading, such as account.name:Company'],
    ['a.__proto__:Company', 'must be path:Heading, such as account.name:Company'],
    ['a:', 'a needs a heading'],
    ['a:X,a.b:Y', 'a.b is given twice'],
  ])('%j is refused: %s', (map, message) => {
    expect(problemsOf(() => parseMap(map))).toEqual([{ path: 'query.map', message }])
  })

  test('is refused where a heading is missing or twice; none is needed where headings are paths', () => {
    expect(problemsOf(() => columnsOf('a:X,b:Y', ['Y', 'Y']))).toEqual([
      { path: 'query.map', message: 'there is no heading X: the file has Y, Y' },
      { path: 'query.map', message: 'the heading Y is there twice' },
    ])
    expect(columnsOf(undefined, ['account.name', ' n ']).map(({ path }) => path)).toEqual([
      'account.name',
      'n',
    ])
    expect(problemsOf(() => columnsOf(undefined, ['Company name', '__proto__']))).toEqual([
      { path: 'query.map', message: 'is needed: Company name, __proto__ are no paths into the context' },
    ])
  })

  test('gives the facts of a row, or everything that is wrong with it; no heading reaches a prototype', () => {
    const columns = columnsOf('account.name:N,account.seats:S:number,constructor.prototype.x:C,b:B:boolean', [
      'N',
      'S',
      'C',
      'B',
    ])
    expect(factsOf(['Acme', '1.5', 'evil', 'No'], columns)).toEqual({
      context: { account: { name: 'Acme', seats: 1.5 }, constructor: { prototype: { x: 'evil' } }, b: false },
    })
    expect('x' in Object.prototype || 'x' in Object).toBe(false)
    expect(factsOf(['', '1,5', '', 'maybe'], columns)).toEqual({
      errors: [
        { path: 'account.seats', message: 'S: must be a number' },
        { path: 'b', message: 'B: must be true or false' },
      ],
    })
    expect(factsOf(['', ' ', '', ''], columns)).toEqual({
      errors: [{ path: '', message: 'says nothing in these columns' }],
    })
  })
})
