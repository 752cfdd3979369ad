// The channels a message can be written for.
import { z } from 'zod'

export const channelSchema = z.enum(['email', 'linkedin', 'phone', 'sms', 'direct_mail'])
export type Channel = z.infer<typeof channelSchema>
