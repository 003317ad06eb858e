import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type CustomerDetail, customers } from '#shared/customers/contract.ts';
import type { Coordinates } from '#shared/values/position.ts';
import { currentPosition } from '../api/position';
import { refreshAll, showDetail, useAction } from '../api/query';
import { ActionSheet, Button, Card, FieldGroup, Row, Sheet, type SheetAction, TextField, toast } from '../ui';
import './customer-place.scss';
import { placeOf } from './place';
import { openSite } from './ticket-site';

const isH5 = process.env.TARO_ENV === 'h5';

/** Where to look the coordinates up: AMap's picker shows them for any point (lbs.amap.com/tools/picker), in GCJ-02. */
const PICKER = 'https://lbs.amap.com/tools/picker';

/** Where a customer is on the map: the way there, and the distance of a check-in. */
export function CustomerPlace({ customer }: { customer: CustomerDetail }) {
  const { id, version, coordinates } = customer;
  const [asking, setAsking] = useState(false);
  const [pasting, setPasting] = useState(false);
  const [locating, setLocating] = useState(false);
  const locate = useAction(customers.locate, {
    refresh: [customers.timeline],
    onDone(data) {
      showDetail(customers.get, { params: { id } }, data);
      setPasting(false);
      toast(data.coordinates ? '位置已保存' : '位置已清除');
    },
    onError(error) {
      toast(error.code === 'STALE' ? '刚刚有人改过这位客户，请再试一次' : error.message, { kind: 'failed' });
      if (error.code === 'STALE') void refreshAll(customers.get);
    },
  });
  const save = (place: Coordinates | null) =>
    void locate.run({ params: { id }, body: { version, coordinates: place } });

  const here = async () => {
    setLocating(true);
    const { position } = await currentPosition();
    setLocating(false);
    if (position) save({ latitude: position.latitude, longitude: position.longitude });
    else toast('定位不到，请检查定位权限和网络', { kind: 'failed' });
  };
  const choose = async () => {
    try {
      const { latitude, longitude } = await Taro.chooseLocation(coordinates ?? {});
      // Left without a choice, some versions of WeChat answer with nothing in it.
      if (latitude && longitude) save({ latitude: Number(latitude), longitude: Number(longitude) });
    } catch (error) {
      if (!/cancel/i.test(String((error as { errMsg?: string } | null)?.errMsg)))
        toast('地图打不开。请点右上角“…”→“设置”允许使用位置后再试', { kind: 'failed' });
    }
  };
  const starters: Readonly<Record<string, () => void>> = {
    open: () => openSite({ ...customer, customer }),
    choose: () => void choose(),
    paste: () => setPasting(true),
    here: () => void here(),
    clear: () => save(null),
  };
  const edits = customer.actions.some(({ action }) => action === 'edit');
  if (!edits && !coordinates) return null;
  const actions: SheetAction[] = [
    ...(coordinates ? [{ key: 'open', label: '打开地图', icon: 'navigation' as const }] : []),
    isH5
      ? { key: 'paste', label: '粘贴坐标', icon: 'clipboard-paste' }
      : { key: 'choose', label: '在地图上选', icon: 'map-pin' },
    { key: 'here', label: '用我现在的位置', icon: 'navigation' },
    ...(coordinates ? [{ key: 'clear', label: '清除位置', icon: 'x' as const, danger: true }] : []),
  ];
  const busy = locating || locate.pending;
  return (
    <Card>
      <Row
        icon="map-pin"
        title="地图位置"
        detail={coordinates ? '签到时与这里比较距离' : '标上之后，签到能看出离现场多远'}
        value={busy ? '请稍候…' : coordinates ? '已标记' : '未标记'}
        disabled={busy}
        onPress={() => (edits ? setAsking(true) : openSite({ ...customer, customer }))}
      />
      <ActionSheet
        open={asking}
        title="地图位置"
        actions={actions}
        onAction={(action) => starters[action]?.()}
        onClose={() => setAsking(false)}
      />
      <PasteSheet open={pasting} pending={locate.pending} onSubmit={save} onClose={() => setPasting(false)} />
    </Card>
  );
}

interface PasteSheetProps {
  open: boolean;
  pending: boolean;
  onSubmit: (place: Coordinates) => void;
  onClose: () => void;
}

/** A browser has no map to choose on: the coordinates come from one beside it. */
function PasteSheet({ open, pending, onSubmit, onClose }: PasteSheetProps) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = () => {
    const place = placeOf(text);
    setWrong(place === null);
    if (place) onSubmit(place);
  };
  return (
    <Sheet
      open={open}
      title="粘贴坐标"
      subtitle="从高德或腾讯地图复制经纬度或分享链接"
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={pending} onPress={submit}>
          保存位置
        </Button>
      }
    >
      <FieldGroup>
        <TextField
          name="coordinates"
          label="坐标"
          value={text}
          placeholder="120.1302, 30.2592"
          maxLength={500}
          focus
          onDone={submit}
          {...(wrong ? { error: '没有看到经纬度，例如 120.1302, 30.2592' } : {})}
          onChange={(next) => {
            setText(next);
            setWrong(false);
          }}
        />
      </FieldGroup>
      <View className="customer-place__more">
        <Button
          kind="plain"
          size="s"
          icon="search"
          onPress={() => void window.open(PICKER, '_blank', 'noopener')}
        >
          去高德地图查坐标
        </Button>
        <Text className="customer-place__note">手机 GPS 的坐标会偏几百米，不要粘贴</Text>
      </View>
    </Sheet>
  );
}
