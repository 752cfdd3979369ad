// The incidents of the made-up history, by the second since its beginning.
const minutes = (from: number, to: number) => (at: number) => at >= from * 60 && at < to * 60

const vendorSlow = minutes(55, 85)
const nobodyAnswers = minutes(150, 195)
const modelFails = minutes(220, 250)
const rush = minutes(275, 330)
export const RESTART_S = 335 * 60

export type Scene = {
  /** Runs a second against the usual. */
  readonly load: number
  readonly toolErrors: number
  readonly toolSlowness: number
  readonly answersPerMinute: number
  readonly llmErrors: number
  readonly llmSlowness: number
}

export const scene = (at: number): Scene => ({
  load: (rush(at) ? 3 : 1) + 0.3 * Math.sin(at / 3000),
  toolErrors: vendorSlow(at) ? 0.35 : 0.008,
  toolSlowness: vendorSlow(at) ? 30 : 1,
  answersPerMinute: nobodyAnswers(at) ? 0.1 : 11,
  llmErrors: modelFails(at) ? 0.6 : 0.01,
  llmSlowness: modelFails(at) ? 6 : 1,
})
