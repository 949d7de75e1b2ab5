import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withMessages } from '../../dev/messages/page.ts'
import { type Found, messagesIn, readMessages } from '../../dev/messages/read.ts'
import { root } from '../../dev/root.ts'

const BLOCK = '<!-- messages of src, written by npm run docs -->\n<!-- end -->'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are pieces of code
describe('an error of the code', () => {
  test.each([
    ['a text', "new ActionError('It fails.', 'run it again.')", ['It fails.'], ['run it again.']],
    ['what differs', 'new ActionError(`The ${name} fails: ${why}`, remedy)', ['The … fails: …'], ['…']],
    ['no remedy', "new ActionError('It fails.', '')", ['It fails.'], []],
    [
      'one of two',
      "new ActionError(`It ${a ? 'fails' : 'ends'}.`, a ? 'wait.' : 'go.')",
      ['It fails.', 'It ends.'],
      ['wait.', 'go.'],
    ],
    ['a constant', "const WHAT = 'It fails.'\nnew ActionError(WHAT, '')", ['It fails.'], []],
    [
      'what a function returns',
      "function why() { if (a) return 'It fails.'\n return 'It ends.' }\nnew ActionError(why(), '')",
      ['It fails.', 'It ends.'],
      [],
    ],
    [
      'what a function is given',
      "const refuse = (what: string) => new ActionError(what, '')\nrefuse('It fails.')\nrefuse(`It fails ${often}.`)",
      ['It fails.', 'It fails ….'],
      [],
    ],
    ['parts', "new ActionError('It ' + `fails ${n} times.`, '')", ['It fails … times.'], []],
    [
      'lines',
      "new ActionError(['It fails.', ...more, 'It ends.'].join('\\n'), '')",
      ['It fails. … It ends. '],
      [],
    ],
    [
      'a text behind others that are longer than a letter',
      "/* é… */ new ActionError('Es fällt.', '')",
      ['Es fällt.'],
      [],
    ],
  ])('is read: %s', (_, code, texts, remedy) => {
    const { messages, composed } = messagesIn(code, 'aws/role.ts')
    expect(composed).toEqual([])
    expect(messages.map(({ text }) => text)).toEqual(texts)
    expect(messages[0]?.remedies).toEqual(remedy)
  })

  test.each([
    [
      'a text',
      "new ActionError('It fails.', 'go.', { cause, page: 'scan.md#what-counts' })",
      ['scan.md#what-counts'],
    ],
    [
      'a constant',
      "const PAGE = 'scan.md'\nnew ActionError('It fails.', 'go.', { page: PAGE })",
      ['scan.md'],
    ],
    ['by the cause', "new ActionError('It fails.', 'go.', { page: known.page })", []],
    ['none', "new ActionError('It fails.', 'go.', { cause })", []],
    [
      'of several',
      "new ActionError('It fails.', 'go.', { page: a ? 'scan.md' : 'iam.md' })",
      ['scan.md', 'iam.md'],
    ],
  ])('is read with its page: %s', (_, code, pages) => {
    expect(messagesIn(code, 'aws/role.ts').messages.map((message) => message.pages)).toEqual([pages])
  })

  test('is read: a problem of an input, by its name', () => {
    const { messages } = messagesIn("reader.problem('tags', value, `must be ${a}`)", 'inputs/tags.ts')
    expect(messages).toEqual([
      { file: 'inputs/tags.ts', input: 'tags', text: 'must be …', remedies: [], pages: [] },
    ])
  })

  test.each([
    ['a word that it does not know', "known ?? 'go.'", ['…', 'go.']],
    ['what a function returns', 'go()', ['go.', 'wait.', '…']],
    ['a value', 'known.remedy', ['…']],
  ])('is read with each remedy, and does not say one for all: %s', (_, remedy, remedies) => {
    const go =
      "function go() { if (a) return 'go.'\n if (b) return 'wait.'\n if (c) return null\n return why }"
    const { messages } = messagesIn(`${go}\nnew ActionError('It fails.', ${remedy})`, 'aws/role.ts')
    expect(messages.map((message) => message.remedies)).toEqual([remedies])
  })

  test.each([
    ['two functions', "const name = 'x-one'; NAME", "const name = 'y-two'; NAME", ['x-one', 'y-two']],
    ['a block', "const name = 'x-one'; if (a) { const name = 'z' } NAME", '', ['x-one']],
    ['a parameter of a function in it', "const name = 'x-one'; list.map((name) => NAME)", '', [null]],
    ['a parameter with parts', "const name = 'x-one'; list.map(({ name }) => NAME)", '', [null]],
    ['a loop', 'for (const name of LIST) NAME', "const name = 'y-two'; NAME", ['a-a', 'b-b', 'y-two']],
    [
      'a loop through parts',
      'for (const [name] of all()) NAME',
      "const name = 'y-two'; NAME",
      [null, 'y-two'],
    ],
  ])('is read with the input that its own place calls so: %s', (_, first, second, inputs) => {
    const problem = "r.problem(name, v, 'must be one')"
    const code = `const LIST = ['a-a', 'b-b'] as const\nfunction a(r) { ${first} }\nfunction b(r) { ${second} }`
    const { messages } = messagesIn(code.replaceAll('NAME', problem), 'inputs/x.ts')
    expect(messages.map(({ input }) => input)).toEqual(inputs)
  })

  test('is read without an input if several inputs have several texts, as nobody sees which has which', () => {
    const code =
      "const no = (name, what) => r.problem(name, v, what)\nno('a', 'must be')\nno('b', 'must not')"
    expect(messagesIn(code, 'inputs/x.ts').messages.map(({ input }) => input)).toEqual([null, null])
  })

  test('that is made of parts is told with its code', () => {
    const { messages, composed } = messagesIn(
      "/* é */ new ActionError(`${what}: ${why.it}`, '')",
      'aws/role.ts',
    )
    expect(messages).toEqual([])
    expect(composed).toEqual([{ file: 'aws/role.ts', code: '`${what}: ${why.it}`' }])
  })
})

describe('docs/messages.md', () => {
  const found = (more: Partial<Found>): Found => ({ messages: [], composed: [], ...more })

  test.each([
    [
      'made of parts, and nobody says what it says',
      found({ composed: [{ file: 'aws/role.ts', code: 'what' }] }),
      /src\/aws\/role\.ts what is made of parts/,
    ],
    [
      'of a folder that is in no part',
      found({ messages: [{ file: 'new/a.ts', input: null, text: 'a', remedies: [], pages: [] }] }),
      /src\/new\/a\.ts is in no part/,
    ],
    ['gone, and still described', found({}), /there is no error src\/aws\/account\.ts/],
  ])('is not written if an error is %s', (_, errors, message) => {
    expect(() => withMessages(BLOCK, () => errors)).toThrow(message)
  })

  const written = (...messages: readonly Partial<Found['messages'][number]>[]) => {
    const { composed } = readMessages(path.join(root, 'src'))
    const whole = {
      file: 'aws/role.ts',
      input: null,
      text: 'It fails at once.',
      remedies: ['go.'],
      pages: [],
    }
    return withMessages(BLOCK, () => ({ messages: messages.map((one) => ({ ...whole, ...one })), composed }))
  }

  test.each([
    ['one', ['go.'], '| go. |'],
    ['two', ['go.', 'wait.'], '| by its cause: (1) go. (2) wait. |'],
    ['one, and others that are not seen', ['go.', '…'], '| by its cause: (1) go. (2) what the error says |'],
    ['none that is seen', ['…'], '| the error says it, by its cause |'],
    ['more than one reads', ['a', 'b', 'c', 'd', 'e', 'f'], '| the error says it, by its cause |'],
  ])('has what to do: %s', (_, remedies, row) => {
    expect(written({ remedies })).toContain(`| \`It fails at once.\` ${row}`)
  })

  test('has a message that nobody can search for in a list, and one of several inputs or of a variable says so', () => {
    const markdown = written(
      { text: '… failed: …', pages: ['iam.md', 'scan.md'] },
      { file: 'inputs/a.ts', remedies: [], text: 'must be …', input: 'tags' },
      { file: 'inputs/a.ts', remedies: [], text: 'must be a name' },
      { file: 'inputs/a.ts', remedies: [], text: 'must be a name', input: 'GITHUB_SHA' },
    )
    expect(markdown.split('\n')).toEqual(
      expect.arrayContaining([
        '- `… failed: …`: go. ([more](iam.md), [more](scan.md))',
        '- `must be …` of `tags`',
        '| several | `must be a name` |',
        '| the variable `GITHUB_SHA` | `must be a name` |',
      ]),
    )
  })

  test('has each error of the code, and nothing in it is Markdown', () => {
    const written = withMessages(BLOCK)
    expect(written).toContain(
      '| `STS answered without credentials.` | check AWS\\_ENDPOINT\\_URL and proxies on the way to STS. |',
    )
    expect(written.match(/^\| /gm)?.length).toBeGreaterThan(300)
    expect(written.match(/ \(\[more\]\([a-z-]+\.md[^)]*\)\) \|$/gm)?.length).toBeGreaterThan(60)
  })
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are pieces of code
