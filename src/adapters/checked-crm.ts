// Between a tool and whoever answers for a CRM: arguments before, records after, and the time a call may take. No
// adapter can answer with something that is no record of ours, or keep a caller waiting.
import { z } from 'zod'
import { problemsOf } from '../events/problem.ts'
import { receiptSchema } from '../events/step.ts'
import { CallError } from '../run/failure.ts'
import type { AdapterCall } from './adapter.ts'
import {
  accountIdSchema,
  accountQuerySchema,
  activityLookupSchema,
  crmAccountSchema,
  crmActivitySchema,
  crmOpportunityPageSchema,
  crmOpportunitySchema,
  opportunityQuerySchema,
  type CrmAdapter,
  type CrmDefinition,
} from './crm.ts'
import { withinTime } from './time-limit.ts'

type Operation<Q extends z.ZodType, A extends z.ZodType> = {
  /** `adapter.operation`, as it stands in what is told of a failure. */
  readonly name: string
  readonly question: Q
  readonly answer: A
  /** Absent: the adapter does not offer it. */
  readonly act: ((question: z.output<Q>, call: AdapterCall) => Promise<z.input<A>>) | undefined
}

const refused = (name: string, problems: readonly z.core.$ZodIssue[]): CallError =>
  new CallError('user_invalid_input', `${name} was asked for what no CRM takes.`, {
    happened: 'no',
    problems: problemsOf(new z.ZodError([...problems])),
  })

/** Where a record is wrong is told, never what stood there. */
const misshapen = (name: string, error: z.ZodError): CallError =>
  new CallError('agent_invalid_output', `${name} answered with a record of another shape.`, {
    problems: problemsOf(error),
  })

const checked =
  <Q extends z.ZodType, A extends z.ZodType>({ name, question, answer, act }: Operation<Q, A>) =>
  async (asked: unknown, call: AdapterCall): Promise<z.output<A>> => {
    if (act === undefined)
      throw new CallError('resource_not_found', `${name} is not offered.`, { happened: 'no' })
    const read = question.safeParse(asked)
    if (!read.success) throw refused(name, read.error.issues)
    const given = await withinTime(name, call, (limited) => act(read.data, limited))
    const record = answer.safeParse(given)
    if (!record.success) throw misshapen(name, record.error)
    return record.data
  }

/** The adapter as tools have it. Every record names it as its `source`. */
export function checkedCrm(definition: CrmDefinition): CrmAdapter {
  const { name } = definition
  const sourced = <T extends object>(record: T): T & { source: string } => ({ ...record, source: name })
  const account = crmAccountSchema.transform(sourced)
  const opportunity = crmOpportunitySchema.transform(sourced)
  const page = crmOpportunityPageSchema.transform(({ items, next }) => ({ items: items.map(sourced), next }))
  const named = (operation: string): string => `${name}.${operation}`
  return {
    name,
    interface: 'crm',
    getAccount: checked({
      name: named('getAccount'),
      question: accountIdSchema,
      answer: account.nullable(),
      act: definition.getAccount,
    }),
    findAccounts: checked({
      name: named('findAccounts'),
      question: accountQuerySchema,
      answer: z.array(account).readonly(),
      act: definition.findAccounts,
    }),
    getOpportunity: checked({
      name: named('getOpportunity'),
      question: accountIdSchema,
      answer: opportunity.nullable(),
      act: definition.getOpportunity,
    }),
    listOpportunities: checked({
      name: named('listOpportunities'),
      question: opportunityQuerySchema,
      answer: page,
      act: definition.listOpportunities,
    }),
    logActivity: checked({
      name: named('logActivity'),
      question: crmActivitySchema,
      answer: receiptSchema,
      act: definition.logActivity,
    }),
    findActivityByKey: checked({
      name: named('findActivityByKey'),
      question: activityLookupSchema,
      answer: receiptSchema.nullable(),
      act: definition.findActivityByKey,
    }),
  }
}
