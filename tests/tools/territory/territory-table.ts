// Territories as people have them: the record, its accounts and its load once three accounts have left.
const WEST = { territory_id: 'west', account_count: 90, rep_count: 2, capacity_per_rep: 50 }

export const TERRITORIES: readonly (readonly [object, readonly [number, number | null]])[] = [
  [WEST, [90, 0.87]],
  [{ ...WEST, account_count: '90' }, [90, 0.87]],
  [{ ...WEST, account_count: ' 90 accounts' }, [90, 0.87]],
  [{ ...WEST, account_count: '٩٠' }, [90, 0.87]],
  [{ ...WEST, account_count: '1,003', rep_count: '20' }, [1003, 1]],
  [{ ...WEST, account_count: '1.003', rep_count: '20' }, [1003, 1]],
  [{ ...WEST, account_count: '1 003', rep_count: '20.0' }, [1003, 1]],
  [{ ...WEST, rep_count: '0' }, [90, null]],
  [{ ...WEST, capacity_per_rep: 'n/a' }, [90, 0.435]],
  [{ ...WEST, capacity_per_rep: null }, [90, 0.435]],
  [{ 'Territory ID': ' West ', '# Accounts': 90, 'Sales Reps': 2, 'Accounts per rep': 50 }, [90, 0.87]],
  [{ territoryId: 'west', accountCount: 90, repCount: 2, capacityPerRep: 50 }, [90, 0.87]],
  [{ territory: 'west', account_count: '', accounts: 90, rep_count: 2, capacity: 50 }, [90, 0.87]],
]

export const NO_TERRITORIES: readonly (readonly [object, string])[] = [
  [{ account_count: 'many' }, 'account_count'],
  [{ account_count: '10-50' }, 'account_count'],
  [{ account_count: '90.5' }, 'account_count'],
  [{ account_count: {} }, 'account_count'],
  [{ account_count: true }, 'account_count'],
  [{ account_count: null }, 'account_count'],
  [{ account_count: 'n/a' }, 'account_count'],
  [{ rep_count: -1 }, 'rep_count'],
  [{ rep_count: [] }, 'rep_count'],
  [{ capacity_per_rep: 0 }, 'capacity_per_rep'],
  [{ capacity_per_rep: '0' }, 'capacity_per_rep'],
  [{ capacity_per_rep: 'x' }, 'capacity_per_rep'],
]
