// What the API answers, as the console reads it.
import type { z } from 'zod'
import type {
  auditEntry,
  auditVerification,
  budgetAccount,
  freeze,
  playbook,
  profile,
  registryDiff,
  signalsReport,
  signalsSeries,
  template,
  tool,
} from '../http/answers.ts'
import type {
  batch,
  batchApprovalPage,
  batchItem,
  batchSummary,
  jointDecision,
} from '../http/batches/schemas.ts'
import type { adapter, adapterChecked, adaptersCompared } from '../http/adapters/answers.ts'
import type { planComparison, planPreview } from '../http/plan-answers.ts'
import type { approval, approvalRow, run, runRow, runStep } from '../http/runs/run-answers.ts'

type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null }

export type Run = z.output<typeof run>
export type RunStep = z.output<typeof runStep>
export type RunRow = z.output<typeof runRow>
export type Approval = z.output<typeof approval>
export type ApprovalRow = z.output<typeof approvalRow>
export type PlanPreview = z.output<typeof planPreview>
export type PlanComparison = z.output<typeof planComparison>
export type Profile = z.output<typeof profile>
export type Playbook = z.output<typeof playbook>
export type Template = z.output<typeof template>
export type Tool = z.output<typeof tool>
export type Adapter = z.output<typeof adapter>
export type AdapterChecked = z.output<typeof adapterChecked>
export type AdaptersCompared = z.output<typeof adaptersCompared>
export type BudgetAccount = z.output<typeof budgetAccount>
export type Freeze = z.output<typeof freeze>
export type SignalsReport = z.output<typeof signalsReport>

export type SignalsSeries = z.output<typeof signalsSeries>
export type RegistryDiff = z.output<typeof registryDiff>
export type AuditEntry = z.output<typeof auditEntry>
export type AuditVerification = z.output<typeof auditVerification>

export type Audit = Page<AuditEntry>
export type Runs = Page<RunRow>
export type Approvals = Page<ApprovalRow>
export type Batch = z.output<typeof batch>
export type BatchRow = z.output<typeof batchSummary>
export type BatchItem = z.output<typeof batchItem>
export type JointDecision = z.output<typeof jointDecision>
export type Batches = Page<BatchRow>
export type BatchItems = Page<BatchItem>
export type BatchApprovals = z.output<typeof batchApprovalPage>

export type Budgets = Page<BudgetAccount>
export type Tools = Page<Tool>
export type Profiles = Page<Profile>
export type Playbooks = Page<Playbook>
export type Templates = Page<Template>
export type Adapters = Page<Adapter>
export type Freezes = Page<Freeze>
