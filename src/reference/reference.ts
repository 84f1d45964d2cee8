import type { Model } from '../edm/entity-type.ts'
import { describeApi, type ReferenceOptions } from './describe-api.ts'
import { printReferencePage } from './print-page.ts'

/** The two documents of the API: OpenAPI for tools, a page for people. */
export function printReference(model: Model, options: ReferenceOptions): { readonly openApi: () => string; readonly page: () => string } {
  return {
    openApi: () => JSON.stringify(describeApi(model, options), null, 2),
    page: () => printReferencePage(describeApi(model, options)),
  }
}
