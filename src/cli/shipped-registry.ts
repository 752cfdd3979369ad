// Which registry a command works with: the one that the settings name, or else the one that comes with the program.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readSecret, type Settings } from '../config.ts'

const SHIPPED = fileURLToPath(import.meta.resolve('#registry'))

/** Somebody who has no registry yet begins with the shipped one; one that is named must be there. */
export const withRegistry = (settings: Settings): Settings =>
  readSecret('REGISTRY') !== undefined || existsSync(settings.registryFile)
    ? settings
    : { ...settings, registryFile: SHIPPED }
