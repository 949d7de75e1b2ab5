import { beforeEach, describe, expect, test } from '@jest/globals'
import { TokenSession } from '../../../src/ecr/tokens.ts'

const HOUR = 3600_000
const host = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'

let now: number
let issued: number
let failing: boolean
let log: string[]
beforeEach(() => {
  now = 1000
  issued = 0
  failing = false
  log = []
})

/** Tokens whose life ECR states so; null where it says nothing. */
function sessionOf(statedMs: number | null): TokenSession {
  const token = () => {
    const expiresAt = statedMs === null ? null : new Date(Date.now() + statedMs)
    return { host, scheme: 'https', username: 'AWS', password: `password-${issued++}`, expiresAt } as const
  }
  const issue = async () => {
    if (failing) throw new Error('no way')
    return token()
  }
  return new TokenSession(
    token(),
    issue,
    () => now,
    (line) => log.push(line),
  )
}
const password = async (session: TokenSession) => (await session.current()).password

describe('a token is renewed before something long begins', () => {
  test.each([
    ['twelve hours', 12 * HOUR, 12 * HOUR - 15 * 60_000],
    ['one hour', HOUR, HOUR - 15 * 60_000],
    ['ten minutes', 10 * 60_000, 7.5 * 60_000],
    ['nothing', null, 12 * HOUR - 15 * 60_000],
    ['a time in the past', -HOUR, 12 * HOUR - 15 * 60_000],
    ['a second', 1000, 12 * HOUR - 15 * 60_000],
    ['a year', 365 * 24 * HOUR, 12 * HOUR - 15 * 60_000],
    ['no date', Number.NaN, 12 * HOUR - 15 * 60_000],
  ])('where ECR states %s', async (_, stated, after) => {
    const session = sessionOf(stated)
    // What Date.now() loses between stating and reading.
    now += after - 1000
    expect(await password(session)).toBe('password-0')
    now += 2000
    expect(await password(session)).toBe('password-1')
    expect(await password(session)).toBe('password-1')
    expect(log).toEqual([`Renewed the token of ${host}: it was about to expire`])
  })

  test('once for all who ask at the same time', async () => {
    const session = sessionOf(HOUR)
    now += HOUR
    expect(await Promise.all([password(session), password(session)])).toEqual(['password-1', 'password-1'])
    expect(issued).toBe(2)
  })

  test('and where ECR gives none, the old one serves on, and ECR is not asked each time', async () => {
    const session = sessionOf(HOUR)
    now += HOUR
    failing = true
    expect(await password(session)).toBe('password-0')
    expect(await password(session)).toBe('password-0')
    expect(log).toEqual(['The registry token cannot be renewed yet: no way'])
    failing = false
    now += 6 * 60_000
    expect(await password(session)).toBe('password-1')
  })
})

describe('a token that the registry calls expired', () => {
  test('is renewed once, also for several who were told', async () => {
    const session = sessionOf(12 * HOUR)
    const given = await Promise.all([session.replace('password-0'), session.replace('password-0')])
    expect(given.map((credentials) => credentials?.password)).toEqual(['password-1', 'password-1'])
    expect((await session.replace('password-0'))?.password).toBe('password-1')
    expect(log).toEqual([`Renewed the token of ${host}: the registry called it expired`])
  })

  test('and that cannot be renewed is told of', async () => {
    const session = sessionOf(12 * HOUR)
    failing = true
    expect(await session.replace('password-0')).toBeNull()
    expect(log).toEqual(['The registry token has expired and cannot be renewed: no way'])
  })

  test('and whose successor is called expired too, is not renewed again and again', async () => {
    const session = sessionOf(12 * HOUR)
    await session.replace('password-0')
    expect(await session.replace('password-1')).toBeNull()
    now += 11 * HOUR
    expect((await session.replace('password-1'))?.password).toBe('password-2')
  })
})
