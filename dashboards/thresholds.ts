// One source of every limit: alerts fire at these numbers and panels change colour at them.
export const LIMITS = {
  /** Share of a tool's calls that fail, and of calls that are tried again. */
  toolErrorRatio: 0.2,
  toolErrorsLeast: 5,
  toolP95Seconds: 20,
  toolCallsLeast: 20,
  /** Share of an adapter's operations that its vendor fails. */
  adapterErrorRatio: 0.2,
  adapterErrorsLeast: 5,
  retryRatio: 0.3,
  retriesLeast: 5,
  /** Share of a budget window. */
  budgetExhausted: 1,
  budgetForecastFrom: 0.25,
  budgetExceededPerHour: 5,
  approvalsPending: 25,
  approvalSecondsLeft: 600,
  approvalTimeoutRatio: 0.1,
  approvalTimeoutsLeast: 3,
  /** Share of a model's calls that fail, and of plans that rules made in a model's place. */
  llmErrorRatio: 0.1,
  llmErrorsLeast: 5,
  llmP95Seconds: 30,
  llmCallsLeast: 20,
  plannerFallbackRatio: 0.2,
  plannerFallbacksLeast: 5,
  /** Spend against its daily mean; dollars an hour below which nothing is a spike. */
  costSpikeFactor: 3,
  costSpikeUsdPerHour: 5,
  stepsPerTask: 8,
  stepsFactor: 2,
  /** Changes of plan for each run that starts. */
  replansPerRun: 1,
  replansLeast: 5,
  /** Share of an hour's runs that were refused. */
  refusedRatio: 0.5,
  refusedLeast: 5,
  noTrafficBefore: 10,
  restarts: 2,
  projectionLagEvents: 5000,
  appendP99Seconds: 0.25,
  spanLossRatio: 0.05,
  spansLostLeast: 5,
  /** Share of the callers' requests that the API fails. */
  apiErrorRatio: 0.1,
  apiErrorsLeast: 5,
  metricsSeries: 8000,
  eventLoopLagSeconds: 0.25,
  frozenSeconds: 86_400,
  /** Share of the disk that is free, and what it may be when it will be full within a day. */
  diskFree: 0.1,
  diskFreeFalling: 0.4,
} as const
