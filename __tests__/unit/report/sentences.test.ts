import { expect, test } from '@jest/globals'
import { sentences } from '../../../src/report/escaping.ts'
import { rememberSecret } from '../../../src/shared/secrets.ts'

test.each([
  ['a sentence', 'Run the job once more.', 'Run the job once more.'],
  ['what Markdown would read', 'Set *this*.', '` Set *this*. `'],
  ['an address', 'See https://example.com.', '` See https://example.com. `'],
  ['a line that is none', 'Do this.\n\n- that', 'Do this.<br>` - that `'],
])('%s', (_, text, expected) => expect(sentences(text)).toBe(expected))

test('what stands for secrets is no emphasis', () => {
  rememberSecret('hunter2hunter2')
  expect(sentences('It said hunter2hunter2 and hunter2hunter2 to us.')).toBe('` It said *** and *** to us. `')
})
