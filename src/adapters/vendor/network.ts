// A request that got no answer, as a failure of a call. What the network's own error says of addresses is not kept.
import { CallError, classify, type Happened } from '../../run/failure.ts'

/** `happened`: what is known of the effect where the error does not tell that nothing was sent. */
export function networkFailure(name: string, error: unknown, happened: Happened = 'unknown'): CallError {
  const { mode, happened: told } = classify(error)
  // An error without a code that we know is the network's all the same: nothing else can fail here.
  const known = mode === 'agent_bug' ? 'system_network' : mode
  return new CallError(known, `${name}: the vendor could not be reached, or broke off.`, {
    happened: mode !== 'agent_bug' && told === 'no' ? 'no' : happened,
  })
}
