// When each step ran: one line a step, time from left to right, the waits for people shown apart.
import { html, type Html } from '../html.ts'
import { duration, plain, toneOf } from '../words.ts'

export type Span = {
  readonly step_id: string
  readonly tool: string
  readonly status: string
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** A person's wait, of a step's approval. */
export type Wait = { readonly step_id: string; readonly from: string; readonly until: string | null }

const SCALE = 1000

export function waterfall(spans: readonly Span[], waits: readonly Wait[], now: number): Html | null {
  const started = spans.filter((span) => span.started_at !== null)
  const times = [
    ...started.flatMap((span) => [span.started_at, span.ended_at]),
    ...waits.flatMap(({ from, until }) => [from, until]),
  ]
  const known = times.filter((time) => time !== null).map((time) => Date.parse(time))
  if (known.length === 0) return null
  const isOpen =
    waits.some(({ until }) => until === null) || started.some(({ ended_at }) => ended_at === null)
  const first = Math.min(...known)
  const last = Math.max(...known, isOpen ? now : first, first + 1)
  const at = (time: string | null): number =>
    Math.round((((time === null ? last : Date.parse(time)) - first) / (last - first)) * SCALE)
  const bar = (from: string, until: string | null, tone: string): Html => {
    const left = at(from)
    return html`<rect
      x="${left}"
      y="3"
      width="${Math.max(4, at(until) - left)}"
      height="12"
      rx="4"
      class="${tone}"
    ></rect>`
  }
  return html`<div class="waterfall">
    ${started.map((span) => {
      const wait = waits.filter(({ step_id }) => step_id === span.step_id)
      const waited = wait.reduce(
        (sum, { from, until }) => sum + (until === null ? now : Date.parse(until)) - Date.parse(from),
        0,
      )
      const took =
        (span.ended_at === null ? now : Date.parse(span.ended_at)) -
        Date.parse(span.started_at ?? '') -
        waited
      return html`<div class="line">
        <div>${plain(span.tool)}</div>
        <svg
          viewBox="0 0 ${SCALE} 18"
          preserveAspectRatio="none"
          role="img"
          aria-label="${plain(span.tool)}: ${duration(took)} of work${waited > 0 ? `, ${duration(waited)} waiting for people` : ''}"
        >
          ${span.started_at ? bar(span.started_at, span.ended_at, toneOf(span.status)) : null}
          ${wait.map(({ from, until }) => bar(from, until, 'wait'))}
        </svg>
        <div class="num dim">
          ${duration(Math.max(0, took))}${waited > 0 ? html`<br /><small>+ ${duration(waited)} waiting</small>` : null}
        </div>
      </div>`
    })}
  </div>`
}
