// What approval means by default for each kind of side effect, and what of it a file may change.
import type { Review, Risk, SideEffects } from '../events/policy.ts'
import type { ToolSource } from './schema.ts'

type Approval = {
  readonly required: boolean
  readonly review: Review
  readonly risk: Risk
  readonly consequences: readonly string[]
  /** By input, values with which nobody is asked for the call. */
  readonly except?: Readonly<Record<string, readonly string[]>>
}

const STANCES: Readonly<Record<SideEffects, Approval>> = {
  'read-only': {
    required: false,
    review: 'none',
    risk: 'low',
    consequences: ['Nothing changes outside this run; later steps may use the result.'],
  },
  propose: {
    required: true,
    review: 'output',
    risk: 'medium',
    consequences: [
      'The content is released to later steps and to the people who see the run.',
      'Nothing is sent; a person still has to use it.',
    ],
  },
  execute: {
    required: true,
    review: 'call',
    risk: 'high',
    consequences: [
      'The call changes records in another system as soon as it is approved.',
      'It may not be possible to undo it.',
    ],
  },
}

/** The approval of a tool: its own words first, then the default of its side effects. */
export function approvalOf(source: ToolSource['approval'], effects: SideEffects): Approval {
  const stance = STANCES[effects]
  const required = source.required ?? stance.required
  const usual = stance.review === 'none' ? 'call' : stance.review
  return {
    required,
    review: source.review ?? (required ? usual : 'none'),
    risk: source.risk ?? stance.risk,
    consequences: source.consequences ?? stance.consequences,
    ...(source.except === undefined ? {} : { except: source.except }),
  }
}

const EXCEPT_RULE =
  'belongs to a tool whose review is call, and not to an execute tool: its every call needs a person'

/** What contradicts itself, by key of `approval`. */
export function approvalFaults(
  source: ToolSource['approval'],
  effects: SideEffects,
): { readonly key: 'required' | 'review' | 'except'; readonly message: string }[] {
  const { required, review } = approvalOf(source, effects)
  if (source.except !== undefined && (effects === 'execute' || review !== 'call'))
    return [{ key: 'except', message: EXCEPT_RULE }]
  if (effects === 'execute') {
    return [
      ...(required
        ? []
        : [{ key: 'required' as const, message: 'must be true: an execute tool always needs a person' }]),
      ...(source.review === undefined || source.review === 'call'
        ? []
        : [
            {
              key: 'review' as const,
              message: 'must be call: what an execute tool did cannot be taken back',
            },
          ]),
    ]
  }
  if (required && review === 'none')
    return [{ key: 'review', message: 'must be call or output when approval is required' }]
  if (!required && review !== 'none')
    return [{ key: 'review', message: 'has no effect while approval is not required' }]
  return []
}
