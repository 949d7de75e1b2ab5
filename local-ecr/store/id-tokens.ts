import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'

/** https://docs.github.com/actions/reference/security/oidc */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'

/** The claims of GitHub's token that trust policies check. */
export interface Claims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly exp: number
  readonly [claim: string]: unknown
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** GitHub as an OIDC provider: issues tokens for jobs, and verifies them for STS. */
export class IdTokens {
  /** The value of ACTIONS_ID_TOKEN_REQUEST_TOKEN in a job. */
  readonly requestToken = randomBytes(24).toString('base64url')
  /** Claims about the job, which a test may replace. */
  claims: Record<string, unknown> = { sub: 'repo:octo-org/demo:ref:refs/heads/main' }
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  /** A token for an audience, valid for five minutes. */
  issue(audience: string, now: Date): string {
    const claims = {
      iss: GITHUB_ISSUER,
      aud: audience,
      iat: Math.floor(now.getTime() / 1000),
      exp: Math.floor(now.getTime() / 1000) + 300,
      ...this.claims,
    }
    const text = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`
    return `${text}.${sign('sha256', Buffer.from(text), this.#keys.privateKey).toString('base64url')}`
  }

  /** The claims of a token; null if it was not issued here. */
  read(token: string): Claims | null {
    const [head = '', body = '', signature = ''] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    if (!verify('sha256', Buffer.from(`${head}.${body}`), this.#keys.publicKey, given)) return null
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims
  }
}
