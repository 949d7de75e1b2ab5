/** What a picture of a summary says to those who do not see it: its headings, as an attribute of HTML takes them. */
export function altText(summary: string): string {
  const headings = summary.split('\n').flatMap((line) => /^#{3,4} (.*)$/.exec(line)?.[1] ?? [])
  // The sign before the words says nothing that they do not.
  const plain = headings.map((line) => line.replace(/<[^>]*>/g, '').replace(/^\p{So}\uFE0F? /u, ''))
  return plain.join('. ').replaceAll('"', '&quot;')
}
