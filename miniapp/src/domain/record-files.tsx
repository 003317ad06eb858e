import { View } from '@tarojs/components';
import { useState } from 'react';
import { type FileEntity, type FileItem, files } from '#shared/files/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { newUuid } from '#shared/values/id.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useUpload } from '../api/files';
import { useQueued } from '../api/outbox';
import { refreshAll } from '../api/query';
import { Card, Row, SectionHeader, toast } from '../ui';
import { addPhotos } from './add-photos';
import { PhotoGrid } from './photo-grid';
import './record-files.scss';
import { useOpenFile } from './use-open-file';

interface RecordFilesProps {
  entity: FileEntity;
  id: string;
  title: string;
  files: readonly FileItem[];
  /** What is printed on new pictures: the number of the record. */
  stamp: string;
  adds: boolean;
  now: Instant;
  /** Where they show. */
  views: readonly Pick<EndpointDefinition, 'method' | 'path'>[];
}

/** Pictures and documents of a record, with what still waits on the phone. */
export function RecordFiles({ entity, id, title, files: all, stamp, adds, now, views }: RecordFilesProps) {
  const waiting = useQueued(id).flatMap(({ key, file, state }) =>
    file ? [{ id: key, kind: 'attachment' as const, ref: file.ref, failed: state === 'failed' }] : [],
  );
  const document = useOpenFile();
  const known = new Set(all.map((file) => file.id));
  const unsent = waiting.filter(({ ref }) => !known.has(ref));
  const photos = all.filter(({ thumbnailUrl }) => thumbnailUrl !== null);
  const documents = all.filter(({ thumbnailUrl }) => thumbnailUrl === null);
  const count = all.length + unsent.length;
  if (count === 0 && !adds) return null;
  const add = () =>
    void addPhotos({
      entity,
      id,
      kind: 'attachment',
      label: `${title} ${stamp}`,
      stamp: [stamp],
      views,
    });
  return (
    <>
      <SectionHeader title={title} {...(count > 0 ? { count: String(count) } : {})} />
      <Card>
        {(photos.length > 0 || unsent.length > 0 || adds) && (
          <View className="record-files__photos">
            <PhotoGrid photos={photos} waiting={unsent} label="照片" onAdd={adds ? add : undefined} />
          </View>
        )}
        {documents.map((file) => (
          <Row
            key={file.id}
            icon="file-text"
            title={file.name}
            detail={[file.uploader?.name, formatAbsolute(file.createdAt, now)].filter(Boolean).join(' · ')}
            disabled={document.pending}
            onPress={() => void document.open(file, file.name)}
          />
        ))}
        {adds && <AddDocument entity={entity} id={id} views={views} />}
      </Card>
    </>
  );
}

/** A file that is no photo of now: a plan, a contract. It needs the network: phones keep only what they take. */
function AddDocument({ entity, id, views }: Pick<RecordFilesProps, 'entity' | 'id' | 'views'>) {
  const [fileId, setFileId] = useState(() => newUuid());
  const upload = useUpload(files.upload, { query: { id: fileId, entity, entityId: id, kind: 'attachment' } });
  const choose = async () => {
    if (!(await upload.choose())) return;
    setFileId(newUuid());
    void refreshAll(...views);
    toast('已上传');
  };
  return (
    <Row
      icon="plus"
      title={upload.pending ? `正在上传 ${Math.round(upload.progress * 100)}%` : '上传 PDF 或图片'}
      {...(upload.error ? { detail: upload.error.message, tone: 'danger' as const } : {})}
      disabled={upload.pending}
      acts
      onPress={() => void choose()}
    />
  );
}
