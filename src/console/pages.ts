// Every page of the console.
import { approvalPage, decidePage } from './pages/approval.ts'
import { answerPage, cancelPage, reconcilePage, resumePage } from './pages/answer.ts'
import { askPage, previewPage, startPage } from './pages/ask.ts'
import { budgetsPage, freezePage, liftPage } from './pages/budgets.ts'
import { inboxPage } from './pages/inbox.ts'
import { runsPage } from './pages/runs.ts'
import { signalsPage } from './pages/signals.ts'
import { toolsPage } from './pages/tools.ts'
import type { Page } from './page.ts'

export const PAGES: readonly Page[] = [
  askPage,
  previewPage,
  startPage,
  inboxPage,
  approvalPage,
  decidePage,
  runsPage,
  answerPage,
  cancelPage,
  resumePage,
  reconcilePage,
  signalsPage,
  budgetsPage,
  freezePage,
  liftPage,
  toolsPage,
]
