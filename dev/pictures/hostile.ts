/** Text that tries to be Markdown, HTML, a link, a mention, a chart's command, or another text. */
export const HOSTILE =
  '</code></summary><script>document.title=1</script><img src=x onerror=alert(1)>|**bold** `tick` [link](https://evil.example) @octocat #1 \u202Egpj.exe'

/** A name of a branch that git takes. https://git-scm.com/docs/git-check-ref-format */
export const BRANCH = 'a|b`c`<img/src=x>]($HOME)**&amp;@octocat#1'

/** A Dockerfile whose stage, comments and commands try the same. */
export const dockerfile = (baseImage: string) => `FROM ${baseImage} AS a-b.c
RUN echo '</code></pre><img src=x onerror=alert(1)>' "**bold** |[link](https://evil.example)|" ":done"
RUN : '\`\`\`' && echo "%%{init: {}}%%" :done, 2000-01-01 00:00:00.000
`

/** What the HTML of a page must not have, whatever was written into it. */
export function strayElements(html: string): string[] {
  const article = /<article[\s\S]*<\/article>/.exec(html)?.[0] ?? ''
  const charts = article.replace(/<pre class="mermaid"[\s\S]*?<\/pre>/g, '')
  const stray = [
    /<img\b[^>]*>/gi,
    /<script\b[^>]*>/gi,
    /<a\b[^>]*href="[^"]*evil[^"]*"/gi,
    /<(?:strong|b)>bold</gi,
    /<code>tick</gi,
    /\son\w+="[^"]*"/gi,
  ]
  return stray.flatMap((pattern) => charts.match(pattern) ?? [])
}
