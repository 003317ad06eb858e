import type { FileEntity, UPLOADED_KINDS } from '#shared/files/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { ApiError } from '../api/call';
import { submitPhoto, takePhotos } from '../api/photo';
import { refreshAll } from '../api/query';
import { toast } from '../ui';

const AT_ONCE = 9;

interface PhotoTarget {
  readonly entity: FileEntity;
  readonly id: string;
  readonly kind: (typeof UPLOADED_KINDS)[number];
  /** What stands on 待同步. */
  readonly label: string;
  /** Printed on the picture, under the time. */
  readonly stamp: readonly string[];
  /** Where they show. */
  readonly views: readonly Pick<EndpointDefinition, 'method' | 'path'>[];
}

/** Takes pictures of a record and queues them at once: nothing typed or taken waits for the rest of a form. */
export async function addPhotos({ entity, id, kind, label, stamp, views }: PhotoTarget): Promise<void> {
  // What proves that somebody is there comes from the camera.
  const camera = kind === 'check_in';
  const { photos, problem } = await takePhotos({ count: camera ? 1 : AT_ONCE, camera, stamp });
  if (problem) toast(problem, { kind: 'failed' });
  const sent = await Promise.all(
    photos.map((photo) =>
      submitPhoto(photo, { entity, entityId: id, kind, label }).then(
        ({ state }) => state,
        (thrown: unknown) => {
          toast(thrown instanceof ApiError ? thrown.message : '照片没有保存成功，请重试', { kind: 'failed' });
          return 'refused' as const;
        },
      ),
    ),
  );
  if (sent.includes('sent')) void refreshAll(...views);
  else if (sent.includes('queued')) toast('照片已保存在手机，有网络时自动上传');
}
