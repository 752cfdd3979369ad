import { describe, expect, test } from 'vitest'
import { BURNS, burnAlert, checkCanFire } from '../../dashboards/rules/burn-alerts.ts'
import { SLOS, WINDOWS } from '../../dashboards/rules/slo.ts'

describe('burn alerts', () => {
  test('a factor that asks for more errors than there are events is refused', () => {
    expect(() => checkCanFire({ name: 'loose', objective: 0.9 }, 14.4)).toThrow(
      'The burn alert 14.4x of loose can never fire: it needs an error ratio of 1.44.',
    )
    expect(() => checkCanFire({ name: 'edge', objective: 0.5 }, 2)).toThrow(RangeError)
    expect(() => checkCanFire({ name: 'tight', objective: 0.931 }, 14.4)).not.toThrow()
  })

  test('the generator refuses it too, for service levels that page', () => {
    const [fast] = BURNS
    const [slo] = SLOS
    if (!fast) throw new Error('There is no fast burn.')
    expect(() => burnAlert(fast, [{ ...slo, objective: 0.9 }])).toThrow(RangeError)
    expect(() => burnAlert(fast, [{ ...slo, objective: 0.9, pages: false }])).not.toThrow()
  })

  test('a service level that does not page has no critical alert', () => {
    const critical = BURNS.filter(({ severity }) => severity === 'critical').map((burn) => burnAlert(burn))
    expect(critical.map(({ expr }) => expr.text).join()).not.toContain('approval-response-15m')
  })

  test('both windows of each burn are recorded', () => {
    for (const { long, short } of BURNS) expect(WINDOWS).toEqual(expect.arrayContaining([long, short]))
  })
})
