import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useRef, useState } from 'react';
import { FILE_KIND_LABELS, UPLOADED_KINDS } from '#shared/files/contract.ts';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import { isFar, serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { distanceBetween, type Position } from '#shared/values/position.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import { ApiError } from '../api/call';
import { type Submitted, submit } from '../api/outbox';
import { currentPosition } from '../api/position';
import { refreshAll, useAction } from '../api/query';
import { confirm, OptionSheet, toast } from '../ui';
import type { ActionLayout } from './arrange-actions';
import { AssignSheet, type Candidate } from './assign-sheet';
import { PhotoGrid, type WaitingPhoto } from './photo-grid';
import { ReasonSheet } from './reason-sheet';
import { type SharedLink, ShareLinkSheet } from './share-link-sheet';
import { addTicketPhotos, type TicketPhotoKind } from './ticket-photos';
import { showTicket, TICKET_VIEWS, takeStep } from './ticket-steps';
import { distanceWords, siteWords } from './ticket-words';

const REASONS = {
  transfer: ['同城更近', '请假', '客户要求', '需要更熟悉的人'],
  decline: ['时间冲突', '不在这个城市', '缺少配件', '不会处理这类设备'],
  confirm: ['与前台经理电话确认', '与工程部电话确认', '微信确认'],
  refuse: ['问题还在', '又出现新问题', '配件不对'],
  close: ['客户已确认', '长期未反馈'],
  reopen: ['问题复发', '客户不满意', '误关闭'],
  cancel: ['客户自行解决', '重复报修', '报错了'],
  comment: ['等配件', '客户改约', '已电话指导', '客户不在现场'],
  far: ['停车场离大堂远', '园区很大', '定位不准', '在客户另一处'],
} as const;

export const TICKET_LAYOUT: ActionLayout = {
  icons: {
    assign: 'user-plus',
    transfer: 'arrow-right-left',
    accept: 'check',
    depart: 'car',
    arrive: 'map-pin',
    resolve: 'circle-check',
    sign: 'signature',
    confirm: 'phone',
    refuse: 'undo-2',
    decline: 'undo-2',
    reclaim: 'hand',
    close: 'circle-check',
    reopen: 'rotate-ccw',
    cancel: 'ban',
    comment: 'sticky-note',
    addPhoto: 'camera',
    edit: 'pencil',
    link: 'share-2',
    report: 'file-text',
    delete: 'trash-2',
    restore: 'rotate-ccw',
  },
  primary: [
    'restore',
    'assign',
    'accept',
    'depart',
    'arrive',
    'resolve',
    'sign',
    'confirm',
    'close',
    'comment',
  ],
  order: [
    'sign',
    'resolve',
    'comment',
    'addPhoto',
    'link',
    'confirm',
    'report',
    'edit',
    'transfer',
    'refuse',
    'decline',
    'close',
    'reopen',
    'cancel',
    'delete',
  ],
  placed: ['reclaim'],
};

const REMOTE = '远程解决';

/** What the buttons say: work that is done without going there has a name of its own. */
export const ticketActions = ({ actions, status }: Pick<TicketDetail, 'actions' | 'status'>) =>
  actions.map((action) =>
    action.action === 'resolve' && status === 'accepted' ? { ...action, label: REMOTE } : action,
  );

type Asking =
  | 'assign'
  | 'decline'
  | 'confirm'
  | 'refuse'
  | 'close'
  | 'reopen'
  | 'cancel'
  | 'comment'
  | 'photo'
  | 'far';

const useWrite = <E extends EndpointDefinition>(
  endpoint: E,
  onDone: (data: Answer<E>) => void,
  onError: (error: ApiError) => void,
) => useAction(endpoint, { refresh: TICKET_VIEWS, onDone, onError });

interface Options {
  now: Instant;
  /** Pictures that wait on this phone. */
  photos: readonly WaitingPhoto[];
  /** The ticket is gone from this page. */
  onGone: () => void;
  /** Somebody else changed it meanwhile: what the server has now, and what was tried. */
  onStale: (theirs: TicketDetail | null, tried: string) => void;
}

/** Everything that can be done to a ticket. The server, and the steps that wait, decide what is offered. */
export function useTicketActions(
  ticket: TicketDetail,
  { now, photos, onGone, onStale }: Options,
): {
  run: (action: string) => void;
  pending: boolean;
  sheets: ReactNode;
  addPhotos: (kind: TicketPhotoKind) => void;
} {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [engineer, setEngineer] = useState<Candidate | null>(null);
  const [link, setLink] = useState<SharedLink | null>(null);
  const [stepping, setStepping] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  /** Where somebody checks in from, while a reason is asked. */
  const [away, setAway] = useState<Position | null>(null);
  const tried = useRef('');
  const busy = useRef(false);

  const failed = (error: ApiError) => {
    const current = (error.details as { current?: TicketDetail } | null)?.current ?? null;
    if (error.code === 'STALE' || error.code === 'TICKET_REASSIGNED') {
      setAsking(null);
      onStale(current, tried.current);
      void refreshAll(serviceTickets.get, serviceTickets.list);
    } else if (asking === null || asking === 'assign') {
      toast(error.fields?.[0]?.message ?? error.message, { kind: 'failed' });
      if (error.status === 409) void refreshAll(serviceTickets.get);
    } else setRefusal(error.fields?.[0]?.message ?? error.message);
  };
  const changed = (words: string) => (data: TicketDetail) => {
    showTicket(data);
    setAsking(null);
    setEngineer(null);
    toast(words);
  };
  const assign = useWrite(
    serviceTickets.assign,
    (data) => changed(`已派给${data.assignee?.name ?? '工程师'}`)(data),
    failed,
  );
  const accepted = useWrite(serviceTickets.confirm, changed('已确认验收'), failed);
  const refuse = useWrite(serviceTickets.refuse, changed('已退回处理'), failed);
  const close = useWrite(serviceTickets.close, changed('已关闭'), failed);
  const reopen = useWrite(serviceTickets.reopen, changed('已重新打开'), failed);
  const cancel = useWrite(serviceTickets.cancel, changed('已取消'), failed);
  const restore = useWrite(serviceTickets.restore, changed('已恢复'), failed);
  const createLink = useWrite(serviceTickets.createLink, setLink, failed);
  const createReport = useWrite(
    serviceTickets.createReport,
    () => toast('正在生成服务报告，稍后下拉刷新'),
    failed,
  );
  const remove = useWrite(
    serviceTickets.remove,
    () => {
      onGone();
      toast('已删除');
    },
    failed,
  );

  const params = { id: ticket.id };
  const { version } = ticket;

  /** A write through the outbox, one at a time: a double tap counts once. */
  const attempt = async (write: () => Promise<Submitted<unknown>>, done: string) => {
    if (busy.current) return;
    busy.current = true;
    setStepping(true);
    setRefusal(null);
    try {
      const { state } = await write();
      setAsking(null);
      if (state === 'sent') toast(done);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) toast('没有保存成功，请重试', { kind: 'failed' });
      else if (thrown.code === 'TICKET_CHECK_IN_REASON') {
        setAsking('far');
        setRefusal(thrown.message);
      } else failed(thrown);
    } finally {
      busy.current = false;
      setStepping(false);
    }
  };

  const checkIn = async () => {
    setStepping(true);
    const { position, reason } = await currentPosition();
    setStepping(false);
    setAway(position);
    const distance = position && ticket.coordinates ? distanceBetween(position, ticket.coordinates) : null;
    if (position && distance !== null && isFar(distance, position.accuracy)) {
      setRefusal(null);
      setAsking('far');
      return;
    }
    const where =
      distance !== null
        ? `，距现场${distanceWords(distance)}`
        : reason === 'denied'
          ? '，没有定位权限'
          : reason
            ? '，没有定到位'
            : '';
    await attempt(() => takeStep(ticket, 'arrive', {}, position), `已签到${where}`);
  };
  const proofs = [
    // What is on the ticket already and no step has named yet.
    ...ticket.files
      .filter(
        ({ id, kind }) =>
          kind === 'check_in' && !ticket.logs.some((log) => log.files.some((file) => file.id === id)),
      )
      .map(({ id }) => id),
    ...photos.filter(({ kind }) => kind === 'check_in').map(({ id }) => id),
  ];
  const checkInAway = (farReason: string) => {
    if (proofs.length === 0) return setRefusal('拍一张现场照片');
    return void attempt(
      () => takeStep(ticket, 'arrive', { farReason, fileIds: proofs }, away),
      '已签到，已注明离现场较远',
    );
  };

  const addPhotos = (kind: TicketPhotoKind) => void addTicketPhotos(ticket, kind);

  const ask = (what: Asking) => {
    setRefusal(null);
    setEngineer(null);
    for (const action of [assign, accepted, refuse, close, reopen, cancel]) action.reset();
    setAsking(what);
  };
  const askToDelete = async () => {
    const yes = await confirm({
      title: `删除工单 ${ticket.no}？`,
      message: '删除后从列表消失，记录与照片保留，管理员可以恢复。',
      confirm: '删除',
      danger: true,
    });
    if (yes) void remove.run({ params, body: { version } });
  };
  const open = (page: string) => () =>
    void Taro.navigateTo({ url: `/service/${page}/index?id=${ticket.id}` });
  const starters: Readonly<Record<string, () => void>> = {
    assign: () => ask('assign'),
    transfer: () => ask('assign'),
    accept: () => void attempt(() => takeStep(ticket, 'accept', {}), '已接单'),
    depart: () => void attempt(() => takeStep(ticket, 'depart', {}), '已出发'),
    arrive: () => void checkIn(),
    resolve: open('work'),
    sign: open('sign'),
    edit: open('ticket-form'),
    decline: () => ask('decline'),
    confirm: () => ask('confirm'),
    refuse: () => ask('refuse'),
    close: () => ask('close'),
    reopen: () => ask('reopen'),
    cancel: () => ask('cancel'),
    comment: () => ask('comment'),
    addPhoto: () => ask('photo'),
    link: () => void createLink.run({ params }),
    report: () => void createReport.run({ params }),
    restore: () => void restore.run({ params, body: { version } }),
    delete: () => void askToDelete(),
  };

  const closeSheet = () => setAsking(null);
  const transferring = ticket.assignment !== null;
  const pick = (one: Candidate) => {
    if (transferring) setEngineer(one);
    else void assign.run({ params, body: { version, assignedTo: one.id } });
  };
  const distance = away && ticket.coordinates ? distanceBetween(away, ticket.coordinates) : null;
  const reasonOf = (what: Asking) => ({
    open: asking === what,
    subtitle: `${ticket.customer.customerName} · ${ticket.ticketTitle}`,
    error: refusal,
    onClose: closeSheet,
  });

  return {
    run: (action) => {
      tried.current = ticketActions(ticket).find((offered) => offered.action === action)?.label ?? '';
      starters[action]?.();
    },
    addPhotos,
    pending:
      stepping ||
      [assign, accepted, close, restore, remove, createLink, createReport].some((one) => one.pending),
    sheets: (
      <>
        <AssignSheet
          open={asking === 'assign' && engineer === null}
          ticketId={ticket.id}
          title={transferring ? '改派给' : '派给'}
          subtitle={[ticket.customer.customerName, siteWords(ticket)].filter(Boolean).join(' · ')}
          current={ticket.assignment?.engineer.id ?? null}
          pending={assign.pending}
          onPick={pick}
          onClose={closeSheet}
        />
        <ReasonSheet
          {...reasonOf('assign')}
          open={asking === 'assign' && engineer !== null}
          title={`改派给${engineer?.name ?? ''}`}
          suggestions={REASONS.transfer}
          confirm="改派"
          pending={assign.pending}
          onSubmit={(assignReason) =>
            engineer && void assign.run({ params, body: { version, assignedTo: engineer.id, assignReason } })
          }
        />
        <ReasonSheet
          {...reasonOf('decline')}
          title="退回调度"
          suggestions={REASONS.decline}
          confirm="退回"
          pending={stepping}
          onSubmit={(reason) => void attempt(() => takeStep(ticket, 'decline', { reason }), '已退回调度')}
        />
        <ReasonSheet
          {...reasonOf('confirm')}
          title="电话确认验收"
          word="与谁确认"
          suggestions={REASONS.confirm}
          confirm="确认验收"
          pending={accepted.pending}
          onSubmit={(note) => void accepted.run({ params, body: { version, note } })}
        />
        <ReasonSheet
          {...reasonOf('refuse')}
          title="验收不通过"
          suggestions={REASONS.refuse}
          confirm="退回处理"
          pending={refuse.pending}
          onSubmit={(reason) => void refuse.run({ params, body: { version, reason } })}
        />
        <ReasonSheet
          {...reasonOf('close')}
          title="关闭工单"
          word="说明"
          required={false}
          suggestions={REASONS.close}
          confirm="关闭"
          pending={close.pending}
          onSubmit={(closeNote) =>
            void close.run({ params, body: { version, ...(closeNote ? { closeNote } : {}) } })
          }
        />
        <ReasonSheet
          {...reasonOf('reopen')}
          title="重新打开"
          suggestions={REASONS.reopen}
          confirm="重新打开"
          pending={reopen.pending}
          onSubmit={(reason) => void reopen.run({ params, body: { version, reason } })}
        />
        <ReasonSheet
          {...reasonOf('cancel')}
          title="取消工单"
          danger
          suggestions={REASONS.cancel}
          confirm="取消工单"
          pending={cancel.pending}
          onSubmit={(reason) => void cancel.run({ params, body: { version, reason } })}
        />
        <ReasonSheet
          {...reasonOf('comment')}
          title="写备注"
          word="备注"
          suggestions={REASONS.comment}
          confirm="保存"
          pending={stepping}
          onSubmit={(logContent) =>
            void attempt(async () => {
              const result = await submit(
                serviceTickets.addLog,
                { params, body: { logContent, happenedAt: toInstant(Date.now()) } },
                { label: `备注 ${ticket.no}`, recordId: ticket.id },
              );
              if (result.state === 'queued') toast('备注已保存在手机，有网络时自动同步');
              else void refreshAll(serviceTickets.get, serviceTickets.logs);
              return result;
            }, '已写备注')
          }
        />
        <ReasonSheet
          {...reasonOf('far')}
          title="离现场较远"
          subtitle={
            distance === null
              ? '写明原因，拍一张现场照片'
              : `距现场${distanceWords(distance)}，写明原因并拍照`
          }
          suggestions={REASONS.far}
          confirm="签到"
          pending={stepping}
          onSubmit={checkInAway}
        >
          <View className="reason__group">
            <Text className="reason__label">现场照片</Text>
            <PhotoGrid
              photos={ticket.files.filter(({ id }) => proofs.includes(id))}
              waiting={photos.filter(({ kind }) => kind === 'check_in')}
              label="现场照片"
              onAdd={() => addPhotos('check_in')}
            />
          </View>
        </ReasonSheet>
        <OptionSheet
          open={asking === 'photo'}
          title="照片是什么"
          options={UPLOADED_KINDS.filter((kind) => kind !== 'check_in').map((value) => ({
            value,
            label: FILE_KIND_LABELS[value],
          }))}
          value={null}
          onChange={(kind) => kind && addPhotos(kind)}
          onClose={closeSheet}
        />
        <ShareLinkSheet
          link={link}
          words={`【${ticket.no}】${ticket.ticketTitle}：在这里看服务进度，完成后请签字评价`}
          now={now}
          onClose={() => setLink(null)}
        />
      </>
    ),
  };
}
