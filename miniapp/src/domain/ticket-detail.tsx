import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useEffect, useState } from 'react';
import { FILE_KIND_LABELS } from '#shared/files/contract.ts';
import {
  PAYMENT_STATUS_LABELS,
  serviceTickets,
  TICKET_TYPE_LABELS,
  type TicketDetail,
} from '#shared/service-tickets/contract.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { formatYuan, fromFen, toFen } from '#shared/values/money.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { type Coordinates, distanceBetween } from '#shared/values/position.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useQueued } from '../api/outbox';
import { knownPosition } from '../api/position';
import { useDetail, useList } from '../api/query';
import { may, useSession } from '../api/session';
import {
  ActionBar,
  ActionSheet,
  Avatar,
  BarButton,
  Button,
  Card,
  cx,
  Icon,
  Row,
  SectionHeader,
  StatusTag,
} from '../ui';
import { arrangeActions, iconOf } from './arrange-actions';
import { dial } from './contact';
import { RECORD_PAGES } from './follow-ups';
import { TICKET_PRIORITY_TONES, TICKET_STATUS_TONES } from './labels';
import { PhotoGrid, type WaitingPhoto } from './photo-grid';
import { type QueuedTicket, withQueued } from './queued-ticket';
import { type Opened, RecordBanner, type RecordParts, RecordView, staleWords } from './record-view';
import { SignatureImage } from './signature-pad';
import { TICKET_LAYOUT, ticketActions, useTicketActions } from './ticket-actions';
import './ticket-detail.scss';
import { TicketLogs } from './ticket-logs';
import type { TicketPhotoKind } from './ticket-photos';
import { openSite } from './ticket-site';
import { distanceWords, siteWords, ticketDeadline, ticketStatusLabel } from './ticket-words';
import { useNow } from './use-now';
import { useOpenFile } from './use-open-file';

const TITLE = '工单详情';
/** As many as a detail brings along. */
const FIRST_LOGS = 50;

/** A ticket; its older log rows when they are asked for. */
export function useTicket(id: string): Opened<TicketDetail, unknown> {
  const detail = useDetail(serviceTickets.get, { params: { id } }, { enabled: id !== '' });
  const timeline = useList(serviceTickets.logs, {}, { params: { id }, enabled: false });
  return { detail, timeline, refresh: () => void detail.refresh() };
}

interface TicketDetailViewProps {
  record: Opened<TicketDetail, unknown>;
  onGone: () => void;
  /** The page puts banner and action bar where they stay in sight. */
  children: (parts: RecordParts) => ReactNode;
}

/** A ticket in parts that a page, or the pane beside the list, arranges. */
export function TicketDetailView({ record, onGone, children }: TicketDetailViewProps) {
  return (
    <RecordView record={record} title={TITLE} onGone={onGone} parts={children}>
      {(ticket) => (
        <Loaded base={ticket} record={record} onGone={onGone}>
          {children}
        </Loaded>
      )}
    </RecordView>
  );
}

function Loaded({ base, record, onGone, children }: TicketDetailViewProps & { base: TicketDetail }) {
  const now = useNow();
  const user = useSession()?.user;
  const items = useQueued(base.id);
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const queued = withQueued(base, items, { id: user?.id ?? '', name: user?.name ?? '' });
  const { ticket, photos } = queued;
  const actions = useTicketActions(ticket, {
    now,
    photos,
    onGone,
    onStale: (theirs, tried) => setConflict(conflictWords(base, theirs, tried)),
  });
  const { primary, more: others } = arrangeActions(ticketActions(ticket), TICKET_LAYOUT);
  const phone = ticket.contactPhone ?? ticket.customerPhone;
  const adds = ticket.actions.some(({ action, disabledReason }) => action === 'addPhoto' && !disabledReason);

  const footer = (
    <ActionBar
      primary={
        primary && (
          <Button
            block
            kind="primary"
            icon={iconOf(TICKET_LAYOUT, primary.action)}
            pending={actions.pending}
            onPress={() => actions.run(primary.action)}
          >
            {primary.label}
          </Button>
        )
      }
    >
      {phone && <BarButton icon="phone" label="打电话" onPress={() => dial(phone)} />}
      {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
    </ActionBar>
  );
  const body = (
    <View className="record-detail">
      <Header ticket={ticket} now={now} waiting={items.length > 0} refused={queued.refused} />
      <Site ticket={ticket} now={now} />
      <Problem
        ticket={ticket}
        photos={photos}
        now={now}
        onAdd={adds ? () => actions.addPhotos('problem') : undefined}
      />
      <Work ticket={ticket} photos={photos} now={now} onAdd={adds ? actions.addPhotos : undefined} />
      <SectionHeader title="记录" />
      <Card>
        <TicketLogs logs={ticket.logs} waiting={queued.waiting} now={now} />
        {base.logs.length >= FIRST_LOGS && <OlderLogs ticket={base} now={now} />}
      </Card>
      {actions.sheets}
      <ActionSheet
        open={more}
        title="更多操作"
        actions={others}
        onAction={actions.run}
        onClose={() => setMore(false)}
      />
    </View>
  );
  return (
    <>
      {children({
        title: TITLE,
        banner: <RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={record.detail} />,
        body,
        footer: primary || others.length > 0 || phone ? footer : null,
      })}
    </>
  );
}

function conflictWords(mine: TicketDetail, theirs: TicketDetail | null, tried: string): string {
  const nobody = '没有人';
  return staleWords('这张工单', tried, [
    ['状态', ticketStatusLabel(mine.status), theirs && ticketStatusLabel(theirs.status)],
    ['处理人', mine.assignee?.name ?? nobody, theirs && (theirs.assignee?.name ?? nobody)],
    ['优先级', TICKET_PRIORITY_LABELS[mine.priority], theirs && TICKET_PRIORITY_LABELS[theirs.priority]],
    ['标题', mine.ticketTitle, theirs?.ticketTitle ?? null],
  ]);
}

interface HeaderProps {
  ticket: TicketDetail;
  now: Instant;
  /** Something about it waits on this phone. */
  waiting: boolean;
  refused: boolean;
}

function Header({ ticket, now, waiting, refused }: HeaderProps) {
  const { status, priority, assignee, assignment, expectedResolveDate } = ticket;
  const deadline = ticketDeadline(ticket, now);
  return (
    <Card inset>
      <Text className="record-header__name" userSelect selectable>
        {ticket.ticketTitle}
      </Text>
      <View className="record-header__tags">
        <StatusTag tone={TICKET_STATUS_TONES[status]}>{ticketStatusLabel(status)}</StatusTag>
        <StatusTag tone={TICKET_PRIORITY_TONES[priority]}>
          {`${TICKET_PRIORITY_LABELS[priority]}优先`}
        </StatusTag>
        {waiting && (
          <StatusTag tone={refused ? 'danger' : 'warning'} icon="cloud-upload">
            {refused ? '有步骤没有提交成功' : '待同步'}
          </StatusTag>
        )}
        {ticket.deletedAt && <StatusTag tone="danger">已删除</StatusTag>}
        <Text className="record-header__facts">{`${TICKET_TYPE_LABELS[ticket.ticketType]} · ${ticket.no}`}</Text>
      </View>
      <View className="record-header__owner">
        {assignee && <Avatar name={assignee.name} size="s" />}
        <Text className="record-header__people">
          {assignee
            ? `${assignee.name} 处理${assignment ? ` · ${formatAbsolute(assignment.assignedAt, now)} 派工` : ''}`
            : '还没有派工'}
        </Text>
      </View>
      {deadline && (
        <View className={cx('record-header__next', `record-header__next--${deadline.urgency}`)}>
          <Icon name={deadline.urgency === 'overdue' ? 'alarm-clock' : 'clock'} size="s" />
          <Text>
            {[
              `${formatAbsolute(deadline.at, now)}前${deadline.what}`,
              deadline.urgency !== 'later' && deadline.text.split(' · ')[0],
              expectedResolveDate && `客户希望 ${expectedResolveDate}`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </View>
      )}
    </Card>
  );
}

/** From here to the site, in metres; null when the phone may not say without asking. */
function useDistance(site: Coordinates | null): number | null {
  const [distance, setDistance] = useState<number | null>(null);
  const { latitude, longitude } = site ?? {};
  useEffect(() => {
    let left = false;
    setDistance(null);
    if (latitude === undefined || longitude === undefined) return undefined;
    void knownPosition().then((here) => {
      if (here && !left) setDistance(distanceBetween(here, { latitude, longitude }));
    });
    return () => {
      left = true;
    };
  }, [latitude, longitude]);
  return distance;
}

function Site({ ticket, now }: { ticket: TicketDetail; now: Instant }) {
  const user = useSession()?.user;
  const { customer, contactName, contactPhone, equipment, equipmentDetail, isUnderWarranty } = ticket;
  const site = siteWords(ticket);
  const distance = useDistance(ticket.status === 'on_site' ? null : ticket.coordinates);
  const warranty =
    isUnderWarranty === null
      ? null
      : isUnderWarranty
        ? `在保${ticket.warrantyEndDate ? `，至 ${ticket.warrantyEndDate}` : ''}`
        : `已过保${ticket.warrantyEndDate ? `，${ticket.warrantyEndDate} 到期` : ''}`;
  return (
    <Card>
      <Row
        icon="building"
        title={customer.customerName}
        {...(may(user, 'customers.read')
          ? { onPress: () => void Taro.navigateTo({ url: `${RECORD_PAGES.customers}?id=${customer.id}` }) }
          : {})}
      />
      {(contactName || contactPhone) && (
        <Row
          icon="user"
          title={contactName ?? '现场联系人'}
          {...(contactPhone
            ? {
                detail: formatPhone(contactPhone),
                trailing: <Icon name="phone" />,
                onPress: () => dial(contactPhone),
              }
            : {})}
        />
      )}
      {(site || ticket.coordinates) && (
        <Row
          icon="map-pin"
          title={site || '现场位置'}
          {...(distance === null ? {} : { detail: `距你${distanceWords(distance)}` })}
          trailing={<Icon name="navigation" />}
          onPress={() => openSite(ticket)}
        />
      )}
      {equipment && (
        <Row
          icon="package"
          title={[equipment.equipmentName, equipment.location].filter(Boolean).join(' · ')}
          detail={[equipmentDetail?.model, equipmentDetail && `序列号 ${equipmentDetail.serialNo}`, warranty]
            .filter(Boolean)
            .join(' · ')}
          {...(may(user, 'equipment.read')
            ? { onPress: () => void Taro.navigateTo({ url: `/service/equipment/index?id=${equipment.id}` }) }
            : {})}
        />
      )}
      {!equipment && warranty && <Row icon="shield-check" title={warranty} />}
      {equipmentDetail?.tickets.map((former) => (
        <Row
          key={former.id}
          icon="history"
          title={former.ticketTitle}
          detail={[formatAbsolute(former.createdAt, now).split(' ')[0], former.solution ?? former.no].join(
            ' · ',
          )}
          onPress={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${former.id}` })}
        />
      ))}
    </Card>
  );
}

interface PartProps {
  ticket: TicketDetail;
  photos: readonly WaitingPhoto[];
  now: Instant;
}

function Problem({ ticket, photos, now, onAdd }: PartProps & { onAdd: (() => void) | undefined }) {
  const shown = ticket.files.filter(({ kind }) => kind === 'problem');
  const waiting = photos.filter(({ kind }) => kind === 'problem');
  const started = ticket.solution !== null;
  return (
    <>
      <SectionHeader title="问题" />
      <Card inset>
        <Text className="ticket__text" userSelect selectable>
          {ticket.problemDescription ?? '报修时没有写描述'}
        </Text>
        {(shown.length > 0 || waiting.length > 0 || (onAdd && !started)) && (
          <View className="ticket__block">
            <Text className="ticket__label">{FILE_KIND_LABELS.problem}</Text>
            <PhotoGrid
              photos={shown}
              waiting={waiting}
              label={FILE_KIND_LABELS.problem}
              onAdd={started ? undefined : onAdd}
            />
          </View>
        )}
        <View className="ticket__block">
          <Text className="ticket__label">
            {`${ticket.creator.name} 报于 ${formatAbsolute(ticket.reportedAt, now)}`}
          </Text>
        </View>
      </Card>
    </>
  );
}

const WORK_KINDS = ['before', 'after', 'check_in', 'attachment'] as const;

function Work(props: PartProps & { onAdd: ((kind: TicketPhotoKind) => void) | undefined }) {
  const { ticket, photos, now, onAdd } = props;
  const groups = WORK_KINDS.map((kind) => ({
    kind,
    shown: ticket.files.filter((file) => file.kind === kind && file.width !== null),
    waiting: photos.filter((photo) => photo.kind === kind),
    adds: onAdd !== undefined && (kind === 'before' || kind === 'after') && ticket.status === 'on_site',
  })).filter(({ shown, waiting, adds }) => shown.length > 0 || waiting.length > 0 || adds);
  if (groups.length === 0 && ticket.solution === null && !ticket.report) return null;
  return (
    <>
      <SectionHeader title="处理" />
      {(groups.length > 0 || ticket.solution !== null) && (
        <Card inset>
          {ticket.solution !== null && (
            <>
              <Text className="ticket__label">原因</Text>
              <Text className="ticket__text" userSelect selectable>
                {ticket.problemAnalysis}
              </Text>
              <Text className="ticket__label">{ticket.isRemote ? '处理（远程）' : '处理'}</Text>
              <Text className="ticket__text" userSelect selectable>
                {ticket.solution}
              </Text>
            </>
          )}
          {groups.map(({ kind, shown, waiting, adds }) => (
            <View key={kind} className="ticket__block">
              <Text className="ticket__label">{FILE_KIND_LABELS[kind]}</Text>
              <PhotoGrid
                photos={shown}
                waiting={waiting}
                label={FILE_KIND_LABELS[kind]}
                onAdd={adds ? () => onAdd?.(kind) : undefined}
              />
            </View>
          ))}
        </Card>
      )}
      {ticket.solution !== null && <Costs ticket={ticket} />}
      {ticket.signature && (
        <Card inset>
          <Text className="ticket__label">
            {`${ticket.signature.signerName} 签于 ${formatAbsolute(ticket.signature.signedAt, now)}`}
          </Text>
          <SignatureImage signature={ticket.signature} name={ticket.signature.signerName} />
        </Card>
      )}
      {ticket.customerRating !== null && (
        <Card inset>
          <Text className="ticket__label">客户评价</Text>
          <View className="ticket__stars" {...{ role: 'img', 'aria-label': `${ticket.customerRating}星` }}>
            {[1, 2, 3, 4, 5].map((star) => (
              <Icon
                key={star}
                name="star"
                className={star <= (ticket.customerRating ?? 0) ? 'ticket__star' : 'ticket__star--off'}
              />
            ))}
          </View>
          {ticket.customerFeedback && <Text className="ticket__text">{ticket.customerFeedback}</Text>}
        </Card>
      )}
      {ticket.report && <Report report={ticket.report} no={ticket.no} />}
    </>
  );
}

function Costs({ ticket }: { ticket: TicketDetail }) {
  const { replacedParts, serviceFee, totalCost, paymentStatus } = ticket;
  const line = (name: string, value: string, total = false) => (
    <View key={name} className={cx('ticket__sum', total && 'ticket__sum--total')}>
      <Text className="ticket__sum-name">{name}</Text>
      <Text className="ticket__sum-value">{value}</Text>
    </View>
  );
  return (
    <Card inset>
      <Text className="ticket__label">配件与费用</Text>
      {replacedParts.map(({ id, partName, quantity, unitCost }) => (
        <View key={id} className="ticket__sum">
          <Text className="ticket__sum-name">{`${partName}（${formatYuan(unitCost)} × ${quantity}）`}</Text>
          <Text className="ticket__sum-value">{formatYuan(fromFen(quantity * toFen(unitCost)))}</Text>
        </View>
      ))}
      {line('服务费', formatYuan(serviceFee))}
      {line(
        paymentStatus ? `合计 · ${PAYMENT_STATUS_LABELS[paymentStatus]}` : '合计',
        formatYuan(totalCost),
        true,
      )}
    </Card>
  );
}

function Report({ report, no }: { report: NonNullable<TicketDetail['report']>; no: string }) {
  const document = useOpenFile();
  return (
    <Card>
      <Row
        icon="file-text"
        title="服务报告（PDF）"
        detail={`校验码 ${report.code.slice(0, 16)}…`}
        disabled={document.pending}
        onPress={() => void document.open(report.file, `服务报告 ${no}.pdf`)}
      />
    </Card>
  );
}

/** Everything that happened, from the server. */
function OlderLogs({ ticket, now }: { ticket: TicketDetail; now: Instant }) {
  const [open, setOpen] = useState(false);
  const list = useList(serviceTickets.logs, {}, { params: { id: ticket.id }, enabled: open });
  const known = new Set(ticket.logs.map(({ id }) => id));
  const older = list.rows.filter(({ id }) => !known.has(id));
  return (
    <>
      {older.length > 0 && <TicketLogs logs={older} waiting={NOTHING} now={now} />}
      {!(open && list.ended) && (
        <View className="record-history__more">
          <Button
            kind="plain"
            size="s"
            pending={list.loadingMore || (open && list.loading)}
            onPress={() => (open ? list.loadMore() : setOpen(true))}
          >
            更早的记录
          </Button>
        </View>
      )}
    </>
  );
}
const NOTHING: QueuedTicket['waiting'] = new Map();
