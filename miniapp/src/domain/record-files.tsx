import { View } from '@tarojs/components';
import type { FileEntity, FileItem } from '#shared/files/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useQueued } from '../api/outbox';
import { Card, Row, SectionHeader } from '../ui';
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
export function RecordFiles({ entity, id, title, files, stamp, adds, now, views }: RecordFilesProps) {
  const waiting = useQueued(id).flatMap(({ key, file, state }) =>
    file ? [{ id: key, kind: 'attachment' as const, ref: file.ref, failed: state === 'failed' }] : [],
  );
  const document = useOpenFile();
  const known = new Set(files.map((file) => file.id));
  const unsent = waiting.filter(({ ref }) => !known.has(ref));
  const photos = files.filter(({ thumbnailUrl }) => thumbnailUrl !== null);
  const documents = files.filter(({ thumbnailUrl }) => thumbnailUrl === null);
  const count = files.length + unsent.length;
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
      </Card>
    </>
  );
}
