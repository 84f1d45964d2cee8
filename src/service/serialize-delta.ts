import type { DeltaOptions, RequestHead } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import { printContentType } from '../odata/headers/accept.ts'
import type { ODataResponse } from '../odata/message.ts'
import { deltaContextUrl, deltaLink } from '../odata/payload/links.ts'
import { printCollection } from '../odata/payload/write-collection.ts'
import { type EntityStyle, printEntity, printRemoved } from '../odata/payload/write-entity.ts'
import { holderOf, printDeltaToken } from '../odata/tokens/delta-token.ts'
import type { ChangesPlan } from '../plan/plan.ts'
import type { ChangesResult } from '../store/store.ts'

/** A page of changes, with the link to the next page, or at the end of the round with the link to the next round. */
export function serializeDelta(
  result: ChangesResult,
  plan: ChangesPlan,
  { ids, format }: DeltaOptions,
  style: EntityStyle,
  head: RequestHead,
): ODataResponse {
  const { root, entitySet, metadata } = style
  const select = style.select?.map(({ name }) => name)
  const { key } = entitySet.type
  if (result.kind === 'resyncRequired') {
    const again = {
      select: select?.join(','),
      filter: ids && `${key} in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(',')})`,
      format,
      deltatoken: '',
    }
    throw new ODataError(
      'resyncRequired',
      'What happened since is not kept any more, or this is not the database that it happened in. Start again at Location.',
      { headers: { location: deltaLink(root, entitySet, again) }, target: '$deltatoken' },
    )
  }
  const name = result.more ? 'skiptoken' : 'deltatoken'
  const token = printDeltaToken(
    {
      holder: holderOf(plan.access.tenantId),
      position: result.next,
      ...(select ? { select } : {}),
      ...(ids ? { ids } : {}),
      // The size of its pages is the round's own (Protocol 4.01, 11.3: no $top in a delta link).
      ...(result.more && plan.asked !== undefined ? { size: plan.asked } : {}),
    },
    name,
    entitySet.name,
  )
  const link = deltaLink(root, entitySet, { format, [name]: token })
  return {
    status: 200,
    headers: {
      'content-type': printContentType(head.format, head.odataVersion),
      ...(head.preferences.maxPageSize === undefined ? {} : { 'preference-applied': `odata.maxpagesize=${plan.size}` }),
    },
    body: printCollection(
      result.changed,
      (change) => (change.removed === undefined ? printEntity(change.entity, style) : printRemoved(change, style)),
      {
        ...(metadata === 'none' ? {} : { context: deltaContextUrl(root, entitySet, select) }),
        ...(result.more ? { nextLink: link } : { deltaLink: link }),
        ieee754Compatible: style.ieee754Compatible,
      },
    ),
  }
}
