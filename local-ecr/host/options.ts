import { publicAlias } from '../store/names.ts'
import { SetupError } from './setup-error.ts'

/** The accounts and regions of a local ECR for which none are given. */
export const ACCOUNTS = ['123456789012', '210987654321'] as const
export const REGIONS = ['ap-northeast-2', 'us-east-1', 'eu-west-1'] as const

/** @throws SetupError if an account or a region is not one, or if two accounts would get one public registry */
export function checkPlaces(accounts: readonly string[], regions: readonly string[]): void {
  if (accounts.length === 0 || regions.length === 0)
    throw new SetupError('A local ECR needs at least one account and one region.')
  for (const account of accounts)
    if (!/^\d{12}$/.test(account))
      throw new SetupError(`'${account}' is not an AWS account: an account has 12 digits.`)
  for (const region of regions)
    if (!/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region))
      throw new SetupError(`'${region}' is not an AWS region: a region looks like ap-northeast-2.`)
  for (const [index, account] of accounts.entries()) {
    const other = accounts.slice(0, index).find((one) => publicAlias(one) === publicAlias(account))
    if (other !== undefined)
      throw new SetupError(
        `The accounts ${other} and ${account} begin with the same 7 digits, which would give both the public registry public.ecr.aws/${publicAlias(account)}: change one of them.`,
      )
  }
}
