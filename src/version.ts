import manifest from '../package.json' with { type: 'json' }

/** Of the package. */
export const VERSION: string = manifest.version

/** The oldest Node that it runs on. */
export const NODE_MAJOR = Number(/\d+/.exec(manifest.engines.node)?.[0])
