// Texts that would be programs if a page took them for its own: in goals, subjects, messages, reasons and facts. Each is
// shown as it was written, and none does anything.
import { describe, expect, test } from 'vitest'
import { server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'
import { HOSTILE as TEXTS } from './hostile.ts'
import { post, waitingFor } from './product.ts'

const people = browserOfFile()

describe('texts that would be programs', () => {
  test(`${TEXTS.length} of them are shown as they were written, and do nothing`, async () => {
    expect(TEXTS.length).toBeGreaterThanOrEqual(60)
    const { url } = await server()
    const all = TEXTS.join('\n')
    const [first = ''] = TEXTS
    const { runId, approvalId } = await waitingFor(url, {
      goal: `Draft the outreach message ${first} ${TEXTS.slice(-20).join(' ')}`.slice(0, 3900),
      context: {
        template: `Subject: ${first}\n\nDear team at {{company}},\n\n${all.replaceAll(/[{}]/g, '')}\n\nWould you call?`,
        prospect: { company: `${first} Acme`, role: TEXTS[5], trigger: TEXTS[20] },
      },
    })
    const decide = (id: string, body: object) => post(`${url}/v1/approvals/${id}/decision`, body, 'reviewer')
    const eve = await people.open(`${url}/inbox/${approvalId}`)
    const dialogs: string[] = []
    eve.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    const unmoved = async (path: string): Promise<void> => {
      await eve.goto(`${url}${path}`)
      // Everything that takes the focus or the pointer had its chance.
      await eve.keyboard.press('Tab')
      await eve.mouse.move(400, 300)
      expect(await eve.evaluate('window.pwned')).toBeUndefined()
    }
    await unmoved(`/inbox/${approvalId}`)
    expect(await eve.inputValue('#edit-message')).toContain(TEXTS[7])

    await decide(approvalId, {
      decision: 'request_changes',
      reason: all.slice(0, 1990),
      changes: { output: { subject: first, message_draft: `Dear ${all}`.slice(0, 6000) } },
    })
    const second = approvalId.replace(/_1$/, '_2')
    await unmoved(`/inbox/${second}`)
    expect(await eve.locator('blockquote').first().textContent()).toBe(all.slice(0, 1990))
    // One of them turns words around: who decides is told.
    const turned = eve.getByText('characters that turn the direction of words')
    expect(await turned.count()).toBe(1)
    await unmoved(`/decide/${second}`)
    expect(await turned.count()).toBe(1)
    await decide(second, { decision: 'deny', reason: all.slice(0, 1990) })
    await post(`${url}/v1/freezes`, { scope: 'tenant', key: 'acme', reason: all.slice(0, 1990) }, 'reviewer')
    for (const path of [`/runs/${runId}`, `/inbox/${second}`, '/runs', '/audit', '/budgets'])
      await unmoved(path)
    await eve.goto(`${url}/audit`)
    expect(await eve.textContent('main')).toContain(TEXTS[30])

    // What is typed into forms and addresses comes back as text as well.
    await eve.goto(`${url}/`)
    for (const text of TEXTS.slice(0, 12)) {
      await eve.fill('#goal', `Score ${text}`)
      await eve.fill('#context', `account: ${JSON.stringify(text)}`)
      await eve.click('button[value="plan"]')
      await eve.locator('.note.bad').first().waitFor()
      expect(await eve.inputValue('#goal')).toBe(`Score ${text}`)
    }
    for (const path of [
      '/inbox?status=',
      '/inbox?tenant=',
      '/runs?profile=',
      '/signals?window=',
      '/audit?cursor=',
    ])
      await unmoved(`${path}${encodeURIComponent(first)}`)
    expect(await eve.evaluate('window.pwned')).toBeUndefined()
    expect(dialogs).toEqual([])
    expect(problemsOf(eve)).toEqual([])
  })
})
