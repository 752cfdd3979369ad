// The two ways in which a scrape may be written.
export type Format = 'text' | 'openmetrics'

/** `_total` is a suffix of the sample in OpenMetrics, not of the metric. */
export const nameIn = (format: Format, name: string, type: string): string =>
  format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name
