// Accounts and profiles as people have them, and how they fit: revenue, industry, employees, region; a half is unknown.
export const CRITERIA = {
  min_revenue: 5_000_000,
  max_revenue: 50_000_000,
  industries: ['software', '製造', 'Großhandel'],
  min_employees: 100,
  max_employees: 1000,
  regions: ['West', 'İzmir'],
}

export const FULL = { revenue: 10_000_000, industry: 'Software', employee_count: 500, region: 'West' }

type Fits = readonly [number, number, number, number]
const KNOWN: Fits = [0.5, 0.5, 0.5, 0.5]
const revenue = (fit: number): Fits => [fit, 0.5, 0.5, 0.5]
const industry = (fit: number): Fits => [0.5, fit, 0.5, 0.5]
const employees = (fit: number): Fits => [0.5, 0.5, fit, 0.5]
const region = (fit: number): Fits => [0.5, 0.5, 0.5, fit]

export const ACCOUNTS: readonly (readonly [object, Fits])[] = [
  [{}, KNOWN],
  [FULL, [1, 1, 1, 1]],
  [{ revenue: '€42M' }, revenue(1)],
  [{ revenue: '42000000' }, revenue(1)],
  [{ revenue: '60M' }, revenue(0)],
  [{ revenue: '' }, revenue(0.5)],
  [{ revenue: 'n/a' }, revenue(0.5)],
  [{ revenue: null }, revenue(0.5)],
  [{ revenue: 0 }, revenue(0)],
  [{ revenue: '750.000 €' }, revenue(0)],
  [{ revenue: '12.500' }, revenue(0.5)],
  [{ revenue: '12.500', currency: 'EUR' }, revenue(0)],
  [{ revenue: 'N/A', annual_revenue: 5_000_000 }, revenue(1)],
  [{ 'Annual Revenue': '5M' }, revenue(1)],
  [{ 'Revenue ($M)': 5 }, revenue(1)],
  [{ revenue: '10-20M' }, revenue(1)],
  [{ revenue: '1-2M' }, revenue(0)],
  [{ revenue: '1-20M' }, revenue(0.5)],
  [{ revenue: '10M+' }, revenue(0.5)],
  [{ revenue: '60M+' }, revenue(0)],
  [{ revenue: null, revenue_range: { min: 6_000_000, max: 7_000_000 } }, revenue(1)],
  [{ industry: 'n/a' }, industry(0.5)],
  [{ industry: '-' }, industry(0.5)],
  [{ Sector: 'Industrial SOFTWARE' }, industry(1)],
  [{ industry: 'Softwareentwicklung' }, industry(0)],
  [{ industry: '精密機械製造業' }, industry(1)],
  [{ industry: 'GROSSHANDEL' }, industry(1)],
  [{ industry: 'ｓｏｆｔｗａｒｅ' }, industry(1)],
  [{ '# Employees': '500' }, employees(1)],
  [{ employees: '1,000' }, employees(1)],
  [{ employees: '1.000' }, employees(1)],
  [{ employees: '51-200' }, employees(0.5)],
  [{ employees: '201-500 employees' }, employees(1)],
  [{ employees: '1,001-5,000' }, employees(0)],
  [{ employees: 0 }, employees(0)],
  [{ 'Billing Country': 'IZMIR' }, region(1)],
  [{ region: 'North-West' }, region(1)],
  [{ region: 'Midwest' }, region(0)],
  [{ region: 'unknown', country: 'West' }, region(1)],
]

export const PROFILES: readonly (readonly [object, Fits])[] = [
  [{ min_revenue: '5M' }, [1, 1, 1, 1]],
  [{ min_revenue: '€20M' }, [0, 1, 1, 1]],
  [{ 'Min Revenue': '20,000,000' }, [0, 1, 1, 1]],
  [{ minRevenue: 20_000_000 }, [0, 1, 1, 1]],
  [{ max_revenue: '5 Mio. €' }, [0, 1, 1, 1]],
  [{ max_revenue: 'n/a', industries: ['retail'] }, [1, 0, 1, 1]],
  [{ industries: 'retail, software' }, [1, 1, 1, 1]],
  [{ industries: 'retail; wholesale' }, [1, 0, 1, 1]],
  [{ Industry: 'retail' }, [1, 0, 1, 1]],
  [{ industries: ['n/a', ''], regions: ['East'] }, [1, 1, 1, 0]],
  [{ 'Min Employees': '1,000' }, [1, 1, 0, 1]],
  [{ max_employees: 0 }, [1, 1, 0, 1]],
  [{ countries: 'East' }, [1, 1, 1, 0]],
]

export const REFUSED_ACCOUNTS: readonly (readonly [object, string])[] = [
  [{ revenue: {} }, 'revenue'],
  [{ revenue: [5] }, 'revenue'],
  [{ revenue: true }, 'revenue'],
  [{ revenue: 'a lot' }, 'revenue'],
  [{ revenue: '5M10' }, 'revenue'],
  [{ 'Annual Revenue': {} }, 'Annual Revenue'],
  [{ '# Employees': 'many' }, '# Employees'],
  [{ employees: -5 }, 'employees'],
  [{ industry: {} }, 'industry'],
  [{ region: ['West'] }, 'region'],
]

export const REFUSED_PROFILES: readonly (readonly [object, string])[] = [
  [{ min_revenue: {} }, 'min_revenue'],
  [{ min_revenue: 'a lot' }, 'min_revenue'],
  [{ min_revenue: '12,500' }, 'min_revenue'],
  [{ min_revenue: '5-10M' }, 'min_revenue'],
  [{ 'Max Employees': -1 }, 'Max Employees'],
  [{ industries: 5 }, 'industries'],
  [{ industries: ['a', {}] }, 'industries.1'],
  [{ regions: { west: true } }, 'regions'],
  [{ 'min revenue': '5M', 'Max Revenue': '1M' }, 'Max Revenue'],
]
