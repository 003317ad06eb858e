import { Image, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { FileItem } from '#shared/files/contract.ts';
import { FILE_KIND_LABELS, type FileKind } from '#shared/files/contract.ts';
import { usePhotoAddress } from '../api/kept-photos';
import { Icon, Press } from '../ui';
import './photo-grid.scss';

/** A picture that is still on the phone only. */
export interface WaitingPhoto {
  readonly id: string;
  readonly kind: FileKind;
  /** Where the phone keeps it. */
  readonly ref: string | null;
  readonly failed: boolean;
}

interface PhotoGridProps {
  photos: readonly FileItem[];
  waiting?: readonly WaitingPhoto[];
  /** Without it nothing can be added. */
  onAdd?: (() => void) | undefined;
  /** Takes one away, sent or not. */
  onRemove?: ((id: string) => void) | undefined;
  /** `处理前`, for the screen reader. */
  label: string;
}

const show = (urls: string[], current: string) => void Taro.previewImage({ urls, current });

/** Pictures of a record, small; a touch shows one large. */
export function PhotoGrid({ photos, waiting = [], onAdd, onRemove, label }: PhotoGridProps) {
  const urls = photos.map(({ url }) => API_BASE + url);
  return (
    <View className="photo-grid">
      {photos.map(({ id, url, thumbnailUrl, kind }, i) => (
        <View key={id} className="photo-grid__cell">
          <Press
            className="photo-grid__picture"
            label={`${FILE_KIND_LABELS[kind]}第${i + 1}张，查看大图`}
            onPress={() => show(urls, API_BASE + url)}
          >
            <Image
              className="photo-grid__picture"
              mode="aspectFill"
              lazyLoad
              src={API_BASE + (thumbnailUrl ?? url)}
            />
          </Press>
          {onRemove && <Remove onPress={() => onRemove(id)} />}
        </View>
      ))}
      {waiting.map((photo) => (
        <Kept key={photo.id} photo={photo} onRemove={onRemove} />
      ))}
      {onAdd && (
        <View className="photo-grid__cell">
          <Press className="photo-grid__add" label={`添加${label}`} onPress={onAdd}>
            <Icon name="camera" />
            <Text>拍照</Text>
          </Press>
        </View>
      )}
    </View>
  );
}

function Kept({ photo, onRemove }: { photo: WaitingPhoto; onRemove: PhotoGridProps['onRemove'] }) {
  const address = usePhotoAddress(photo.ref);
  return (
    <View className="photo-grid__cell">
      {address ? (
        <Press
          className="photo-grid__picture"
          label={`${FILE_KIND_LABELS[photo.kind]}，查看大图`}
          onPress={() => show([address], address)}
        >
          <Image className="photo-grid__picture" mode="aspectFill" src={address} />
        </Press>
      ) : (
        <View className="photo-grid__none">
          <Icon name="image" />
        </View>
      )}
      {onRemove && <Remove onPress={() => onRemove(photo.id)} />}
      <View className="photo-grid__mark">
        <Icon name="cloud-upload" size="s" />
        <Text>{photo.failed ? '没传上' : '待同步'}</Text>
      </View>
    </View>
  );
}

function Remove({ onPress }: { onPress: () => void }) {
  return (
    <Press className="photo-grid__remove" label="删除这张照片" onPress={onPress}>
      <View className="photo-grid__cross">
        <Icon name="x" size="s" />
      </View>
    </Press>
  );
}
