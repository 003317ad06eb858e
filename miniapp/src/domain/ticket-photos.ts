import { FILE_KIND_LABELS, type UPLOADED_KINDS } from '#shared/files/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { ApiError } from '../api/call';
import { submitPhoto, takePhotos } from '../api/photo';
import { refreshAll } from '../api/query';
import { toast } from '../ui';

export type TicketPhotoKind = (typeof UPLOADED_KINDS)[number];

const AT_ONCE = 9;

/** Takes pictures of a ticket and queues them at once: nothing typed or taken waits for the rest of a form. */
export async function addTicketPhotos(
  { id, no }: Pick<TicketDetail, 'id' | 'no'>,
  kind: TicketPhotoKind,
): Promise<void> {
  // What proves that somebody is there comes from the camera.
  const camera = kind === 'check_in';
  const { photos, problem } = await takePhotos({ count: camera ? 1 : AT_ONCE, camera, stamp: [no] });
  if (problem) toast(problem, { kind: 'failed' });
  const label = `${FILE_KIND_LABELS[kind]} ${no}`;
  const sent = await Promise.all(
    photos.map((photo) =>
      submitPhoto(photo, { entity: 'serviceTickets', entityId: id, kind, label }).then(
        ({ state }) => state,
        (thrown: unknown) => {
          toast(thrown instanceof ApiError ? thrown.message : '照片没有保存成功，请重试', { kind: 'failed' });
          return 'refused' as const;
        },
      ),
    ),
  );
  if (sent.includes('sent')) void refreshAll(serviceTickets.get);
  else if (sent.includes('queued')) toast('照片已保存在手机，有网络时自动上传');
}
