// Serves what pages load.
import type { Router } from 'express'
import type { PagesParts } from '../http/people/window.ts'
import type { Assets } from './assets.ts'

export type AssetParts = Pick<PagesParts, 'announce'> & { readonly assets: Assets }

/** Kept for a year under their digest, and revalidated without it. */
export function serveAssets(router: Router, { assets, announce }: AssetParts): void {
  router.get('/assets/:name', (req, res, next) => {
    const asset = assets.find(req.params.name)
    if (!asset) return next()
    announce(res, { path: '/assets/{name}', person: null })
    const isPinned = req.originalUrl.includes(`v=${asset.digest}`)
    res.set('Cache-Control', isPinned ? 'public, max-age=31536000, immutable' : 'public, max-age=86400')
    res.set('ETag', `"${asset.digest}"`)
    if (req.headers['if-none-match'] === `"${asset.digest}"`) {
      res.status(304).end()
      return
    }
    const zipped = asset.gzipped !== null && req.acceptsEncodings('gzip') === 'gzip'
    if (zipped) res.set('Content-Encoding', 'gzip')
    res
      .set('Vary', 'Accept-Encoding')
      .type(asset.type)
      .send(zipped ? asset.gzipped : asset.body)
  })
}
