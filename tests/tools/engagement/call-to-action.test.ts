import { describe, expect, test } from 'vitest'
import { asksForNextStep } from '../../../src/tools/engagement/call-to-action.ts'
import { heldOut } from './call-to-action-held-out.ts'
import { graded } from './call-to-action-table.ts'

function gradesOf(table: typeof graded) {
  const right = table.filter(([sentence, asks]) => asks && asksForNextStep(sentence)).length
  const wrong = table.filter(([sentence, asks]) => !asks && asksForNextStep(sentence)).map(([text]) => text)
  const missed = table.filter(([sentence, asks]) => asks && !asksForNextStep(sentence)).map(([text]) => text)
  const [precision, recall] = [right / (right + wrong.length), right / (right + missed.length)]
  return { precision, recall, wrong, missed }
}

const TABLES = [
  { name: 'the sentences that the rules were made with', table: graded, precision: 1, recall: 1 },
  { name: 'the sentences held out', table: heldOut, precision: 0.9, recall: 0.9 },
]

describe('asks for time, a reply or a meeting', () => {
  test.each(TABLES)('$name: precision and recall', ({ name, table, ...held }) => {
    const { precision, recall, wrong, missed } = gradesOf(table)
    console.log(`${name}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} of ${table.length}`)
    expect({
      wrong: precision < held.precision ? wrong : [],
      missed: recall < held.recall ? missed : [],
    }).toEqual({
      wrong: [],
      missed: [],
    })
  })
})
