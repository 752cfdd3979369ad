// The channels a message can be written for.
import { z } from 'zod'
import { foldText } from './text.ts'

export const channelSchema = z.enum(['email', 'linkedin', 'phone', 'sms', 'direct_mail'])
export type Channel = z.infer<typeof channelSchema>

const CHANNELS: ReadonlySet<string> = new Set(channelSchema.options)

/** "EMAIL", "e-mail", "Direct Mail": a channel as people write it; what is none stays as it came, for the schema to refuse. */
function asChannel(given: unknown): unknown {
  if (typeof given !== 'string' || CHANNELS.has(given)) return given
  const plain = foldText(given)
    .replace(/^e-mail$/, 'email')
    .replaceAll(/[\s-]+/g, '_')
  return CHANNELS.has(plain) ? plain : given
}

/** Of an input that need not name one. */
export const namedChannelSchema = z.preprocess(asChannel, channelSchema.nullish())

/** Of an input, an email where none is given. What a tool gives is written one way. */
export const givenChannelSchema = z.preprocess(asChannel, channelSchema.default('email'))
