import { describe, expect, test } from '@jest/globals'
import { withMessages } from '../../dev/messages/page.ts'
import { type Found, messagesIn } from '../../dev/messages/read.ts'

const BLOCK = '<!-- messages of src, written by npm run docs -->\n<!-- end -->'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are pieces of code
describe('an error of the code', () => {
  test.each([
    ['a text', "new ActionError('It fails.', 'run it again.')", ['It fails.'], 'run it again.'],
    ['what differs', 'new ActionError(`The ${name} fails: ${why}`, remedy)', ['The … fails: …'], null],
    ['no remedy', "new ActionError('It fails.', '')", ['It fails.'], ''],
    [
      'one of two',
      "new ActionError(`It ${a ? 'fails' : 'ends'}.`, a ? 'wait.' : 'go.')",
      ['It fails.', 'It ends.'],
      'wait.',
    ],
    ['a constant', "const WHAT = 'It fails.'\nnew ActionError(WHAT, '')", ['It fails.'], ''],
    [
      'what a function returns',
      "function why() { if (a) return 'It fails.'\n return 'It ends.' }\nnew ActionError(why(), '')",
      ['It fails.', 'It ends.'],
      '',
    ],
    [
      'what a function is given',
      "const refuse = (what: string) => new ActionError(what, '')\nrefuse('It fails.')\nrefuse(`It fails ${often}.`)",
      ['It fails.', 'It fails ….'],
      '',
    ],
    ['parts', "new ActionError('It ' + `fails ${n} times.`, '')", ['It fails … times.'], ''],
    [
      'lines',
      "new ActionError(['It fails.', ...more, 'It ends.'].join('\\n'), '')",
      ['It fails. … It ends. '],
      '',
    ],
    [
      'a text behind others that are longer than a letter',
      "/* é… */ new ActionError('Es fällt.', '')",
      ['Es fällt.'],
      '',
    ],
  ])('is read: %s', (_, code, texts, remedy) => {
    const { messages, composed } = messagesIn(code, 'aws/role.ts')
    expect(composed).toEqual([])
    expect(messages.map(({ text }) => text)).toEqual(texts)
    expect(messages[0]?.remedy).toBe(remedy)
  })

  test.each([
    [
      'a text',
      "new ActionError('It fails.', 'go.', { cause, page: 'scan.md#what-counts' })",
      'scan.md#what-counts',
    ],
    ['a constant', "const PAGE = 'scan.md'\nnew ActionError('It fails.', 'go.', { page: PAGE })", 'scan.md'],
    ['by the cause', "new ActionError('It fails.', 'go.', { page: known.page })", null],
    ['none', "new ActionError('It fails.', 'go.', { cause })", null],
  ])('is read with its page: %s', (_, code, page) => {
    expect(messagesIn(code, 'aws/role.ts').messages.map((message) => message.page)).toEqual([page])
  })

  test('is read: a problem of an input, by its name', () => {
    const { messages } = messagesIn("reader.problem('tags', value, `must be ${a}`)", 'inputs/tags.ts')
    expect(messages).toEqual([
      { file: 'inputs/tags.ts', input: 'tags', text: 'must be …', remedy: '', page: null },
    ])
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
      found({ messages: [{ file: 'new/a.ts', input: null, text: 'a', remedy: '', page: null }] }),
      /src\/new\/a\.ts is in no part/,
    ],
    ['gone, and still described', found({}), /there is no error src\/aws\/account\.ts/],
  ])('is not written if an error is %s', (_, errors, message) => {
    expect(() => withMessages(BLOCK, () => errors)).toThrow(message)
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
