// Every page of the console.
import { decidePage, plainDecidePage, plainPage } from './pages/approval/decide.ts'
import { approvalPage } from './pages/approval/page.ts'
import { answerPage } from './pages/run/answer.ts'
import { cancelPage, reconcilePage, resumePage } from './pages/run/changes.ts'
import { revisePage, reviseStepPage } from './pages/run/revise.ts'
import { askPage, previewPage, startPage } from './pages/ask/ask.ts'
import { auditPage, verifyPage } from './pages/audit.ts'
import { budgetsPage, freezePage, liftPage } from './pages/budgets.ts'
import { decideTogetherPage } from './pages/together.ts'
import { inboxPage } from './pages/inbox.ts'
import { comparePage, registryPage, reloadPage } from './pages/registry.ts'
import { cancelListPage, decideListPage, listResultsPage, resumeListPage } from './pages/lists/changes.ts'
import { listPage } from './pages/lists/list.ts'
import { listsPage } from './pages/lists/lists.ts'
import { newListPage, startListPage } from './pages/lists/start.ts'
import { runsPage } from './pages/runs.ts'
import { signalsPage } from './pages/signals.ts'
import { adapterChangePages, compareAdaptersPage, toolsPage } from './pages/tools.ts'
import type { Page } from './page.ts'

export const PAGES: readonly Page[] = [
  askPage,
  previewPage,
  startPage,
  inboxPage,
  approvalPage,
  decidePage,
  decideTogetherPage,
  plainPage,
  plainDecidePage,
  runsPage,
  answerPage,
  cancelPage,
  resumePage,
  reconcilePage,
  revisePage,
  reviseStepPage,
  listsPage,
  newListPage,
  startListPage,
  listPage,
  listResultsPage,
  decideListPage,
  cancelListPage,
  resumeListPage,
  signalsPage,
  budgetsPage,
  freezePage,
  liftPage,
  toolsPage,
  ...adapterChangePages,
  compareAdaptersPage,
  registryPage,
  comparePage,
  reloadPage,
  auditPage,
  verifyPage,
]

const SEEN: ReadonlySet<string> = new Set(
  PAGES.filter(({ method }) => method === 'get').map(({ path }) => path),
)

/** The page that a form stands on, as the address that it was sent to begins: `/runs/r1/cancel` stands on `/runs/r1`. */
export function pageOfForm({ path }: Page, sentTo: string): string {
  const named = path.split('/')
  const given = sentTo.split('/')
  const long = named.findLastIndex((_, at) => SEEN.has(named.slice(0, at + 1).join('/')))
  return long < 1 ? '/' : given.slice(0, long + 1).join('/')
}
