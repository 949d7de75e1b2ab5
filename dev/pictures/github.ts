import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'

const renderer = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  // Its default is the list of what GitHub lets through. https://github.com/rehypejs/rehype-sanitize#defaultschema
  .use(rehypeSanitize)
  .use(rehypeStringify)
  .freeze()

/**
 * GitHub's HTML of Markdown, as near as kept packages come to it: GitHub-flavoured, with HTML in it, sanitized by
 * GitHub's list. A fenced block of Mermaid becomes `<pre class="mermaid">`, which {@link page} draws.
 */
export async function githubHtml(markdown: string): Promise<string> {
  const html = String(await renderer.process(markdown))
  return html.replace(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<pre class="mermaid">$1</pre>',
  )
}
