import assert from 'node:assert/strict'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/**
 * Reads an XML document strictly, or throws: elements, attributes and text with predefined entities and character references (XML 1.0, 2.1 to 4.1).
 * No comments, CDATA sections, processing instructions or document types: nothing here writes any.
 */
export function parseXml(document: string): XmlElement {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
  assert.ok(document.startsWith(declaration), 'the XML declaration')
  assert.ok(!/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(document), 'a character that XML 1.0 excludes')
  const tag = /<(\/)?([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[A-Za-z_][\w.:-]*="[^"<]*")*)\s*(\/)?>|([^<]+)/y
  tag.lastIndex = declaration.length
  const root = { name: '', attributes: {}, children: [] as XmlElement[], text: '' }
  const open = [root]
  while (tag.lastIndex < document.length) {
    const at = tag.lastIndex
    const match = tag.exec(document)
    assert.ok(match, `not well-formed at ${at}: ${document.slice(at, at + 60)}`)
    const [, end, name = '', attributes = '', empty, text] = match
    const parent = open.at(-1)
    assert.ok(parent, `text or element after the root at ${at}`)
    if (text !== undefined) parent.text += resolveReferences(text)
    else if (end) {
      assert.equal(parent.name, name, `end tag at ${at}`)
      open.pop()
    } else {
      const element = { name, attributes: parseAttributes(attributes), children: [], text: '' }
      parent.children.push(element)
      if (!empty) open.push(element)
    }
  }
  assert.deepEqual(open, [root], 'an element is not closed')
  const [only, ...others] = root.children
  assert.ok(only && others.length === 0 && root.text.trim() === '', 'one root element and nothing beside it')
  return only
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/([\w.:-]+)="([^"]*)"/g)) {
    assert.ok(!(name in attributes), `attribute ${name} twice`)
    // Attribute-value normalisation (3.3.3): a literal line break or tab becomes a space.
    attributes[name] = resolveReferences(value.replace(/[\t\n\r]/g, ' '))
  }
  return attributes
}

function resolveReferences(text: string): string {
  assert.ok(!text.includes(']]>'), ']]> in text')
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&([^;&]*)(;?)/g, (reference, name: string, semicolon) => {
    const point = /^#(\d+)$/.exec(name)?.[1]
    const character = point === undefined ? entities[name] : String.fromCodePoint(Number(point))
    assert.ok(semicolon && character !== undefined, `reference ${reference}`)
    return character
  })
}
