import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Decision, Ignored } from '../../../../../src/docker/bake/content/ignore.ts'
import { matcherOf, UnreadablePattern } from '../../../../../src/docker/bake/content/pattern.ts'
import { FUZZ_TIMEOUT, hold } from '../../../../support/fuzz.ts'

/** Whether docker would leave a file out: as it walks, folder after folder. */
function isLeftOut(lines: readonly string[], file: string): boolean {
  const ignored = new Ignored(lines.join('\n'))
  const names = file.split('/')
  let parent: Decision | null = null
  for (let i = 1; i < names.length; i++) {
    parent = ignored.decide(names.slice(0, i).join('/'), true, parent)
    if (!parent.entered) return true
  }
  return ignored.decide(file, false, parent).ignored
}

/** Of docker's own tests: https://github.com/moby/patternmatcher/blob/v0.6.0/patternmatcher_test.go */
const LEFT_OUT: readonly [lines: string, file: string][] = [
  ['**', 'file'],
  ['**/', 'dir/file'],
  ['**/**', 'dir/file'],
  ['dir/**', 'dir/dir2/file'],
  ['**/dir', 'dir'],
  ['**/dir', 'dir/file'],
  ['**/dir2/*', 'dir/dir2/file'],
  ['**/dir2/**', 'dir/dir2/dir3/file'],
  ['**file', 'file'],
  ['**file', 'dir/dir/file'],
  ['**/file', 'dir/file'],
  ['**/file*', 'dir/dir/file.txt'],
  ['**/file*txt', 'dir/dir/file.txt'],
  ['**/file*.txt*', 'dir/dir/file.txt'],
  ['**/**/*.txt', 'dir/dir/file.txt'],
  ['**/*.txt', 'file.txt'],
  ['**/**/*.txt', 'file.txt'],
  ['a**/*.txt', 'a/file.txt'],
  ['a**/*.txt', 'a/dir/dir/file.txt'],
  ['a/*.txt', 'a/file.txt'],
  ['a/*.txt**', 'a/file.txt'],
  ['a[b-d]e', 'ace'],
  ['a[^b-d]e', 'aze'],
  ['.*', '.foo'],
  ['abc.def', 'abc.def'],
  ['abc?def', 'abcZdef'],
  ['a\\\\', 'a\\'],
  ['**/foo/bar', 'foo/bar'],
  ['**/foo/bar', 'dir/dir2/foo/bar'],
  ['abc/**', 'abc/def/ghi'],
  ['^a', '^a'],
  ['^a/**', '^a/b'],
  ['**/^a', 'b/^a'],
  ['**/.foo', '.foo'],
  ['a(b)c/def', 'a(b)c/def'],
  ['a.|)$(}+{bc', 'a.|)$(}+{bc'],
  ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl'],
  ['a\\*b', 'a*b'],
  ['*', 'abc'],
  ['a*', 'ab/c'],
  ['a*/b', 'abc/b'],
  ['a*b*c*d*e*/f', 'axbxcxdxexxx/f'],
  ['a*b?c*x', 'abxbbxdbxebxczzx'],
  ['ab[c]', 'abc'],
  ['a?b', 'a☺b'],
  ['a[^a]b', 'a☺b'],
  ['[a-ζ]*', 'α'],
  ['!fileutils.go\n*.go', 'fileutils.go'],
  ['**\n!util/docker/web\nutil/docker/web/foo', 'util/docker/web/foo'],
  // What is read of a line before it is a pattern.
  ['/a', 'a'],
  ['./a/', 'a/b'],
  ['a/../b//c', 'b/c'],
  ['  a \r', 'a'],
  ['\ufeffa', 'a'],
  [' #a', '#a'],
  ['a\n! /b', 'a'],
  // A folder that an exception cannot reach is not looked into.
  ['a\n!b*', 'a/b'],
]
const SENT: readonly [lines: string, file: string][] = [
  ['**/**/*.txt2', 'dir/dir/file.txt'],
  ['a/*.txt', 'a/dir/file.txt'],
  ['a[b-d]e', 'ae'],
  ['a[b-d]e', 'aae'],
  ['.*', 'foo'],
  ['abc.def', 'abcZdef'],
  ['abc?def', 'abcdef'],
  ['abc/**', 'abc'],
  ['**/.foo', 'bar.foo'],
  ['a(b)c/def', 'a(b)c/xyz'],
  ['a*/b', 'a/c/b'],
  ['a*b*c*d*e*/f', 'axbxcxdxe/xxx/f'],
  ['a*b?c*x', 'abxbbxdbxebxczzy'],
  ['ab[^b-d]', 'abc'],
  ['a???b', 'a☺b'],
  ['*[a-ζ]', 'A'],
  ['a?b', 'a/b'],
  ['a*b', 'a/b'],
  ['docs\n!docs/README.md', 'docs/README.md'],
  ['docs/\n!docs/README.md', 'docs/README.md'],
  ['docs/*\n!docs/README.md', 'docs/README.md'],
  ['*.go\n!fileutils.go', 'fileutils.go'],
  ['**\n!util/docker/web', 'util/docker/web/foo'],
  ['**\n!dist/*.whl', 'dist/a.whl'],
  ['', 'a'],
  ['#a', '#a'],
  ['a\n! /b', 'b'],
  ['.', 'a'],
  ['/', 'a'],
  ['../a', 'a'],
  ['A', 'a'],
]

describe('a .dockerignore', () => {
  test.each(LEFT_OUT)('%j leaves out %j', (lines, file) => {
    expect(isLeftOut([lines], file)).toBe(true)
  })
  test.each(SENT)('%j does not leave out %j', (lines, file) => {
    expect(isLeftOut([lines], file)).toBe(false)
  })

  test.each([
    '!',
    '!/',
    '! /',
    '[',
    'a[',
    '[]a]',
    '[-x]',
    '[x-]',
    'a\\',
    '\\d',
    '[[:alpha:]]',
    '[*]',
    '[b-a]',
    '^a*',
    '!**/^a*',
    'a?^b',
  ])('that has %j is not guessed at', (pattern) => {
    expect(() => new Ignored(pattern)).toThrow(UnreadablePattern)
  })

  test(
    'means of plain patterns what a regular expression does, in a time that no pattern makes long',
    async () => {
      const piece = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '.')
      const pattern = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''))
      const file = fc.stringMatching(/^[ab.]{1,3}(\/[ab.]{1,3}){0,4}$/)
      await hold(fc.tuple(pattern, file), 4000, ([text, name]) => {
        const cleaned = text.replace(/\/+/g, '/').replace(/\/$/, '')
        // How a pattern that begins with `**` is read depends on the rest: the table above has it.
        if (cleaned === '' || /^\*\*|\*\*\*/.test(cleaned) || /^[^*?]*\*\*$/.test(cleaned)) return
        const source = cleaned
          .replaceAll('.', '\\.')
          .replace(/\*\*\/?$/, '\u0001')
          .replace(/\*\*\/?/g, '\u0002')
          .replaceAll('*', '[^/]*')
          .replaceAll('?', '[^/]')
          .replaceAll('\u0001', '.*')
          .replaceAll('\u0002', '(?:.*/)?')
        expect(matcherOf(cleaned)(name)).toBe(new RegExp(`^${source}$`).test(name))
      })
      const hostile = matcherOf(`a${'**/a'.repeat(40)}b`)
      expect(hostile('a/'.repeat(200))).toBe(false)
    },
    FUZZ_TIMEOUT,
  )
})
