import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isUrlOf } from '../../../src/sigstore/go-url.ts'

// What Go's url.Parse(…).String() and JoinPath(…).String() write, by the rules of net/url.

const workflow = 'https://github.com/octo-org/demo/.github/workflows'

describe('the same workflow', () => {
  test.each([
    ['as it is', 'build.yml@refs/heads/main', 'build.yml@refs/heads/main'],
    [
      'all that Go takes as it is',
      "a(b)!'*[c].yml@refs/heads/x+y,z;w=v&$~",
      "a(b)!'*[c].yml@refs/heads/x+y,z;w=v&$~",
    ],
    [
      'not ASCII',
      'build.yml@refs/heads/feature/로그인',
      'build.yml@refs/heads/feature/%EB%A1%9C%EA%B7%B8%EC%9D%B8',
    ],
    ['raw, in an extension', 'build.yml@refs/heads/größe', 'build.yml@refs/heads/größe'],
    ['a blank', 'build image.yml@refs/heads/main', 'build%20image.yml@refs/heads/main'],
    ['then all of it is encoded', "it's (new).yml@refs/heads/main", 'it%27s%20%28new%29.yml@refs/heads/main'],
    ['braces', 'a{b}.yml@refs/heads/main', 'a%7Bb%7D.yml@refs/heads/main'],
    ['a quotation mark', 'build.yml@refs/heads/fix-"quote"', 'build.yml@refs/heads/fix-%22quote%22'],
    ['encoded already', 'build.yml@refs/heads/a%25b', 'build.yml@refs/heads/a%25b'],
    ['encoded in part', 'build.yml@refs/heads/ö%41', 'build.yml@refs/heads/%C3%B6A'],
    ['a fragment', 'build.yml@refs/heads/fix/#12', 'build.yml@refs/heads/fix/#12'],
    ['a fragment that is encoded', 'build.yml@refs/heads/ö#ü!', 'build.yml@refs/heads/%C3%B6#%C3%BC!'],
    ['joined to a path', 'build.yml@refs/heads/fix/#12', 'build.yml@refs/heads/fix/%2312'],
    ['a query', 'a?b.yml@refs/heads/main', 'a?b.yml@refs/heads/main'],
  ])('%s', (_, meant, written) => {
    expect(isUrlOf(`${workflow}/${written}`, `${workflow}/${meant}`)).toBe(true)
  })
})

describe('another one', () => {
  test.each([
    ['build.yml@refs/heads/main', 'build.yml@refs/heads/main2'],
    ['build.yml@refs/heads/main', 'build.yml@refs/heads/mai%6E'],
    ['build.yml@refs/heads/a%25b', 'build.yml@refs/heads/a%b'],
    ['build.yml@refs/heads/%41', 'build.yml@refs/heads/A'],
    ['build.yml@refs/heads/로그인', 'build.yml@refs/heads/로그'],
    ['build.yml@refs/heads/ö', 'build.yml@refs/heads/%c3%b6'],
  ])('%s is not %s', (meant, written) => {
    expect(isUrlOf(`${workflow}/${written}`, `${workflow}/${meant}`)).toBe(false)
  })

  test('whatever two names they are: what is written for one is not taken for the other, unless one is encoded', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[%#?]/.test(text) && text.isWellFormed())
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other)
        const encoded = encodeURI(one).replace(
          /[!'()*[\]]/g,
          (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
        )
        expect(isUrlOf(`${workflow}/${encoded}`, `${workflow}/${other}`)).toBe(false)
      }),
    )
  })
})
