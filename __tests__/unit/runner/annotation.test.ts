import { describe, expect, test } from '@jest/globals'
import { annotationOf, LONGEST_ANNOTATION } from '../../../src/runner/annotation.ts'
import { combineErrors } from '../../../src/shared/combine.ts'
import { ActionError, explain, InputError } from '../../../src/shared/errors.ts'
import { rememberSecret } from '../../../src/shared/secrets.ts'

const kept = (error: unknown) => annotationOf(error).message.slice(0, LONGEST_ANNOTATION)
const words = (count: number) => 'word '.repeat(count).trimEnd()

describe('of what the runner keeps of an annotation', () => {
  test('a short error is all of it, and nothing is told twice', () => {
    const error = new ActionError('It failed.', 'fix it.')
    expect(annotationOf(error)).toEqual({ message: 'It failed.\nWhat to do: fix it.', whole: null })
  })

  test('the last lines of a program come behind the remedy: the runner may cut them, the log has them', () => {
    const output = `  Its last lines:\n${'    '.repeat(5000)}end`
    const error = new ActionError('It failed.\n  in Dockerfile, line 4', 'fix it.', { output })
    expect(annotationOf(error)).toEqual({ message: explain(error), whole: null })
    expect(kept(error)).toMatch(
      /^It failed\.\n {2}in Dockerfile, line 4\nWhat to do: fix it\.\n {2}Its last lines:\n/,
    )
  })

  test.each([
    ['one word that is long', new ActionError(`It said ${'x'.repeat(9000)}`, 'fix it.'), 'It said'],
    ['a long line', new ActionError(`It said ${words(4000)}`, 'fix it.'), 'It said word'],
    ['many lines', new ActionError(`It said\n${'a line\n'.repeat(4000)}`, 'fix it.'), 'It said\na line'],
    ['a long remedy', new ActionError(`It said ${words(2000)}`, `fix it. ${words(4000)}`), 'It said word'],
  ])('the remedy stays behind a message that is too long: %s', (_, error, begin) => {
    const { message, whole } = annotationOf(error)
    expect(message.length).toBeLessThanOrEqual(LONGEST_ANNOTATION)
    expect(message.startsWith(begin)).toBe(true)
    expect(message).toContain('… the rest is in the log\nWhat to do: fix it.')
    expect(whole).toBe(explain(error))
  })

  test('each of several failures has its begin and its remedy; of very many, how many more there are', () => {
    const some = (count: number) =>
      combineErrors(
        Array.from({ length: count }, (_, at) => new ActionError(`No. ${at} ${words(1000)}`, `fix ${at}.`)),
      )
    const three = annotationOf(some(3)).message
    expect(three.length).toBeLessThanOrEqual(LONGEST_ANNOTATION)
    expect(three).toMatch(
      /^No\. 0 (?:word ?){50,}\n… the rest .*\nWhat to do: fix 0\.\nNo\. 1 [\s\S]*fix 1\.\nNo\. 2 [\s\S]*fix 2\.$/,
    )
    const many = annotationOf(some(30)).message
    expect(many.length).toBeLessThanOrEqual(LONGEST_ANNOTATION)
    expect(many).toMatch(/fix 7\.\n… and 22 more failures, in the log$/)
  })

  test('many mistakes of inputs are cut between them', () => {
    const error = new InputError(
      Array.from({ length: 100 }, (_, at) => ({ input: 'tags', value: `v${at}`, message: words(30) })),
    )
    const { message } = annotationOf(error)
    expect(message.length).toBeLessThanOrEqual(LONGEST_ANNOTATION)
    for (const line of message.split('\n').slice(0, -1))
      expect(line).toMatch(/^Input 'tags': 'v\d+': word .* word$/)
  })

  test('half of a secret is never shown', () => {
    rememberSecret('a secret of several words')
    for (let at = 0; at < 30; at++) {
      const error = new ActionError(
        `${'x '.repeat(1960 + at)}a secret of several words ${words(300)}`,
        'fix it.',
      )
      expect(annotationOf(error).message).not.toMatch(/a secret of/)
    }
  })
})
