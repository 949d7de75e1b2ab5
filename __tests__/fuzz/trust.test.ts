// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of IAM
import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { trusts } from '../../local-ecr/index.ts'
import { trustsToken } from '../support/conditions.ts'
import { FUZZ_TIMEOUT, hold } from '../support/fuzz.ts'

// Trust policies as the local ECR reads them, held against a reader that is written apart.

jest.setTimeout(FUZZ_TIMEOUT)

const ROLE = 'arn:aws:iam::123456789012:role/team/ci'
const ISSUER = 'token.actions.githubusercontent.com'
const policy = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

test('whoever a token is of, conditions are read as a reader reads them that is written apart', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '${*}', '${?}', '${$}', '.', '\n'), { maxLength: 4 })
    .map((pieces) => pieces.join(''))
  const claim = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '$', '.', '\n'), { maxLength: 4 })
    .map((signs) => signs.join(''))
  const condition = fc.dictionary(
    fc.constantFrom('StringEquals', 'StringLike', 'StringNotLike'),
    fc.dictionary(
      fc.constantFrom(`${ISSUER}:sub`, `${ISSUER}:x`),
      fc.array(text, { minLength: 1, maxLength: 2 }),
    ),
  )
  const Principal = { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` }
  const Action = 'sts:AssumeRoleWithWebIdentity'
  return hold(fc.tuple(fc.array(condition, { minLength: 1, maxLength: 2 }), claim), 8000, ([all, sub]) => {
    const statements = all.map((Condition) => ({ Effect: 'Allow', Principal, Action, Condition }))
    const asking = { action: Action, by: { provider: ISSUER }, keys: { [`${ISSUER}:sub`]: sub } } as const
    expect(trusts(ROLE, policy(statements), asking)).toBe(
      trustsToken({ Statement: statements }, { provider: Principal.Federated, claims: { sub } }),
    )
  })
})
