import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type EquipmentDetail, equipment } from '#shared/equipment/contract.ts';
import { scannedCode } from '#shared/equipment/label.ts';
import { equipmentMachine } from '#shared/equipment/machine.ts';
import { formatCount } from '#shared/values/number.ts';
import { dateOf, formatAbsolute, formatRelative, type Instant } from '#shared/values/time.ts';
import { decoded, goBack } from '../../api/navigation';
import { type DetailResult, showDetail, useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { arrangeActions, iconOf } from '../../domain/arrange-actions';
import { dial } from '../../domain/contact';
import { warrantyWords } from '../../domain/equipment-words';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { Guarded } from '../../domain/guarded';
import { TICKET_STATUS_TONES } from '../../domain/labels';
import { openTickets } from '../../domain/list-views';
import { warrantyMonthsWords } from '../../domain/product-words';
import { RecordFiles } from '../../domain/record-files';
import { RecordHeader } from '../../domain/record-header';
import { IncompleteLink, RecordBanner, RecordPlaceholder, staleWords } from '../../domain/record-view';
import { openSite } from '../../domain/ticket-site';
import { siteWords, ticketStatusLabel } from '../../domain/ticket-words';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import {
  ActionBar,
  ActionSheet,
  BarButton,
  Button,
  Card,
  cx,
  EmptyState,
  Icon,
  KeyValues,
  Page,
  Row,
  SectionHeader,
  StatusTag,
} from '../../ui';
import './index.scss';
import { EQUIPMENT_LAYOUT, useEquipmentActions } from './use-equipment-actions';

const TITLE = '设备';
const HOME = '/pages/me/index';

const leave = () => goBack(HOME);

/** `?id=`, or `?code=` from the QR of its label, which also opens for somebody who has to sign in first. */
export default function EquipmentPage() {
  // Here, not below: under the login it would be asked while that is the page on top.
  const { params } = useRouter();
  return (
    <Guarded title={TITLE} permission="equipment.read">
      {(user) => <Equipment user={user} params={params} />}
    </Guarded>
  );
}

interface EquipmentProps {
  user: CurrentUser;
  params: Partial<Record<string, string>>;
}

function Equipment({ user, params }: EquipmentProps) {
  const code = params.id ? '' : scannedCode(decoded(params.code ?? ''));
  const found = useDetail(equipment.byCode, { params: { code } }, { enabled: code !== '' });
  const id = params.id ?? found.data?.id ?? '';
  useEffect(() => {
    if (found.data) showDetail(equipment.get, { params: { id: found.data.id } }, found.data);
  }, [found.data]);
  const detail = useDetail(equipment.get, { params: { id } }, { enabled: id !== '' });
  useShownAgain(() => void (id ? detail.refresh() : code !== '' && found.refresh()));
  const data = detail.data ?? found.data;
  if (data) return <Loaded unit={data} detail={detail} />;
  const asked = id === '' ? found : detail;
  return (
    <Page title={TITLE} home={HOME}>
      {code === '' && id === '' ? (
        <IncompleteLink what="这台设备，或再扫一次标签" onGone={leave} />
      ) : code !== '' && asked.error?.status === 404 ? (
        <Unknown code={code} registers={may(user, 'equipment.manage')} />
      ) : (
        <RecordPlaceholder
          detail={asked}
          onRetry={() => void asked.refresh()}
          onGone={leave}
          hint="可能不在你能看的客户名下"
        />
      )}
    </Page>
  );
}

/** Nothing to see under this code: it is of no unit, or of one that is none of theirs. */
function Unknown({ code, registers }: { code: string; registers: boolean }) {
  const register = () =>
    void Taro.redirectTo({ url: `/service/equipment-form/index?serialNo=${encodeURIComponent(code)}` });
  return (
    <EmptyState
      icon="qr-code"
      title={`没有找到“${code}”`}
      hint="这个码或序列号还没有登记，或设备不在你能看的客户名下"
      action={registers ? '登记这台设备' : '返回'}
      onAction={registers ? register : leave}
    />
  );
}

function Loaded({ unit, detail }: { unit: EquipmentDetail; detail: DetailResult<EquipmentDetail> }) {
  const now = useNow();
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const actions = useEquipmentActions(unit, (theirs, tried) =>
    setConflict(conflictWords(unit, theirs, tried)),
  );
  const { primary, more: others } = arrangeActions(unit.actions, EQUIPMENT_LAYOUT);
  const edits = unit.actions.some(({ action }) => action === 'edit');
  const offers = (name: string) => unit.actions.some(({ action }) => action === name);
  return (
    <Page
      title={TITLE}
      home={HOME}
      banner={<RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={detail} />}
      onRefresh={() => void detail.refresh()}
      refreshing={detail.refreshing}
      footer={
        unit.actions.length > 0 && (
          <ActionBar
            primary={
              primary && (
                <Button
                  block
                  kind="primary"
                  icon={iconOf(EQUIPMENT_LAYOUT, primary.action)}
                  pending={actions.pending}
                  onPress={() => actions.run(primary.action)}
                >
                  {primary.label}
                </Button>
              )
            }
          >
            {offers('label') && (
              <BarButton icon="printer" label="标签" onPress={() => actions.run('label')} />
            )}
            {edits && <BarButton icon="pencil" label="编辑" onPress={() => actions.run('edit')} />}
            {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
          </ActionBar>
        )
      }
    >
      <View className="record-detail">
        <Header unit={unit} now={now} />
        <Site unit={unit} />
        <History unit={unit} now={now} />
        <SectionHeader title="资料" />
        <Card>
          <KeyValues
            items={[
              { label: '序列号', value: unit.serialNo },
              { label: '型号', value: unit.model },
              { label: '产品', value: unit.product?.productName },
              { label: '安装', value: unit.installedOn },
              { label: '发货', value: unit.shippedOn },
              { label: '质保', value: warrantyMonthsWords(unit.warrantyMonths) },
              { label: '备注', value: unit.description },
              { label: '编号', value: unit.no },
              { label: '标签码', value: unit.code },
              { label: '登记', value: formatAbsolute(unit.createdAt, now) },
            ]}
          />
        </Card>
        <RecordFiles
          entity="equipment"
          id={unit.id}
          title="照片与文件"
          files={unit.files}
          stamp={unit.no}
          adds={edits}
          now={now}
          views={[equipment.get]}
        />
      </View>
      {actions.sheets}
      <ActionSheet
        open={more}
        title="更多操作"
        actions={others}
        onAction={actions.run}
        onClose={() => setMore(false)}
      />
    </Page>
  );
}

function conflictWords(mine: EquipmentDetail, theirs: EquipmentDetail | null, tried: string): string {
  return staleWords('这台设备', tried, [
    ['状态', equipmentMachine.states[mine.status], theirs && equipmentMachine.states[theirs.status]],
    ['名称', mine.equipmentName, theirs?.equipmentName ?? null],
    ['客户', mine.customer.customerName, theirs?.customer.customerName ?? null],
    ['序列号', mine.serialNo, theirs?.serialNo ?? null],
  ]);
}

/** What it is, and first of all whether its repair is paid for. */
function Header({ unit, now }: { unit: EquipmentDetail; now: Instant }) {
  const warranty = warrantyWords(unit, dateOf(now));
  return (
    <RecordHeader
      name={unit.equipmentName}
      tags={unit.status === 'retired' && <StatusTag>{equipmentMachine.states.retired}</StatusTag>}
      facts={[unit.model, unit.location].filter(Boolean).join(' · ')}
    >
      <View className={cx('warranty', `warranty--${warranty.tone}`)}>
        <Icon name={warranty.state === 'under' ? 'shield-check' : 'circle-alert'} size="l" />
        <View className="warranty__words">
          <Text className="warranty__label">{warranty.label}</Text>
          <Text className="warranty__detail">{warranty.detail}</Text>
        </View>
      </View>
    </RecordHeader>
  );
}

/** Whose it is, where that is, and whom to call there. */
function Site({ unit }: { unit: EquipmentDetail }) {
  const { customer, site } = unit;
  const { contact } = site;
  const address = siteWords(site);
  const phone = contact?.phone ?? null;
  const opens = may(useSession()?.user, 'customers.read');
  return (
    <Card>
      <Row
        icon="building"
        title={customer.customerName}
        {...(opens
          ? { onPress: () => void Taro.navigateTo({ url: `${RECORD_PAGES.customers}?id=${customer.id}` }) }
          : {})}
      />
      {(address !== '' || site.coordinates) && (
        <Row
          icon="map-pin"
          title={address || '地图上的位置'}
          trailing={<Icon name="navigation" size="s" />}
          onPress={() => openSite({ ...site, customer })}
        />
      )}
      {contact && (
        <Row
          icon="user"
          title={contact.name}
          {...(phone ? { trailing: <Icon name="phone" size="s" />, onPress: () => dial(phone) } : {})}
        />
      )}
    </Card>
  );
}

/** What was done to it so far. */
function History({ unit, now }: { unit: EquipmentDetail; now: Instant }) {
  const { tickets, ticketCount } = unit;
  const all = () => openTickets({ equipmentId: unit.id }, unit.equipmentName);
  return (
    <>
      <SectionHeader
        title="维修记录"
        {...(ticketCount > 0 ? { count: `${formatCount(ticketCount)}次` } : {})}
        {...(ticketCount > tickets.length ? { action: '全部', onAction: all } : {})}
      />
      <Card>
        {tickets.length === 0 && <Row icon="wrench" title="还没有报修过" />}
        {tickets.map(({ id, no, ticketTitle, status, solution, assignee, createdAt }) => (
          <Row
            key={id}
            title={ticketTitle}
            detail={[solution ?? assignee?.name ?? no, formatRelative(createdAt, now)].join(' · ')}
            trailing={<StatusTag tone={TICKET_STATUS_TONES[status]}>{ticketStatusLabel(status)}</StatusTag>}
            onPress={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` })}
          />
        ))}
      </Card>
    </>
  );
}
