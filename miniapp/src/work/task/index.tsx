import { View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { PRIORITY_LABELS, TASK_TYPE_LABELS, type TaskDetail, tasks } from '#shared/tasks/contract.ts';
import { taskMachine } from '#shared/tasks/machine.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { goBack } from '../../api/navigation';
import { useOutbox } from '../../api/outbox';
import { type DetailResult, useDetail } from '../../api/query';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { Guarded } from '../../domain/guarded';
import { RecordHeader, RecordNote, RecordOwner } from '../../domain/record-header';
import { IncompleteLink, RecordBanner, RecordPlaceholder, staleWords } from '../../domain/record-view';
import { dueWords } from '../../domain/task-words';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import {
  ActionBar,
  ActionSheet,
  BarButton,
  Button,
  Card,
  KeyValues,
  Page,
  Row,
  StatusTag,
  type Tone,
} from '../../ui';
import { arrangeActions, iconOf, useTaskActions } from './use-task-actions';

const TITLE = '待办详情';
const HOME = '/pages/today/index';
const STATUS_TONES: Readonly<Record<TaskDetail['status'], Tone>> = {
  pending: 'accent',
  completed: 'success',
  cancelled: 'neutral',
};

const leave = () => goBack(HOME);

export default function TaskPage() {
  const { id = '' } = useRouter().params;
  return (
    <Guarded title={TITLE} permission="tasks.read">
      {() => <Task id={id} />}
    </Guarded>
  );
}

function Task({ id }: { id: string }) {
  const detail = useDetail(tasks.get, { params: { id } }, { enabled: id !== '' });
  const refresh = () => void detail.refresh();
  // Back from the form: somebody may have changed it meanwhile.
  useShownAgain(refresh);
  if (detail.data) return <Loaded task={detail.data} detail={detail} />;
  return (
    <Page title={TITLE} home={HOME}>
      {id === '' ? (
        <IncompleteLink what="这条待办" onGone={leave} />
      ) : (
        <RecordPlaceholder detail={detail} onRetry={refresh} onGone={leave} />
      )}
    </Page>
  );
}

function Loaded({ task, detail }: { task: TaskDetail; detail: DetailResult<TaskDetail> }) {
  const now = useNow();
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const refresh = () => void detail.refresh();
  const followUp = useFollowUp(refresh);
  const actions = useTaskActions(task, {
    now,
    onFollowUp: followUp.open,
    onGone: leave,
    onStale: (theirs, tried) => setConflict(conflictWords(task, theirs, tried, now)),
  });
  const unsent = useOutbox().some(({ recordId }) => recordId === task.id);
  const { primary, bar, more: others } = arrangeActions(task.actions);

  return (
    <Page
      title={TITLE}
      home={HOME}
      banner={<RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={detail} />}
      onRefresh={refresh}
      refreshing={detail.refreshing}
      footer={
        (primary || bar.length > 0 || others.length > 0) && (
          <ActionBar
            primary={
              primary && (
                <Button
                  block
                  kind="primary"
                  icon={iconOf(primary.action)}
                  pending={actions.pending}
                  disabled={unsent}
                  onPress={() => actions.run(primary.action)}
                >
                  {primary.label}
                </Button>
              )
            }
          >
            {bar.map(({ action, label }) => (
              <BarButton
                key={action}
                icon={iconOf(action)}
                label={label}
                onPress={() => actions.run(action)}
              />
            ))}
            {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
          </ActionBar>
        )
      }
    >
      <View className="record-detail">
        <Head task={task} now={now} unsent={unsent} />
        {task.source && <Source source={task.source} />}
        <Card>
          <KeyValues
            items={[
              { label: '说明', value: task.description },
              { label: '结果', value: task.resultNote },
              { label: '类型', value: task.type === 'custom' ? null : TASK_TYPE_LABELS[task.type] },
              { label: '优先级', value: PRIORITY_LABELS[task.priority] },
              {
                label: '新建',
                value: `${task.creator?.name ?? '自动'} · ${formatAbsolute(task.createdAt, now)}`,
              },
              {
                label: taskMachine.states[task.status].slice(1),
                value: task.endedAt && formatAbsolute(task.endedAt, now),
              },
            ]}
          />
        </Card>
      </View>
      {followUp.sheet}
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

function conflictWords(mine: TaskDetail, theirs: TaskDetail | null, tried: string, now: Instant): string {
  return staleWords('这条待办', tried, [
    ['状态', taskMachine.states[mine.status], theirs && taskMachine.states[theirs.status]],
    ['负责人', mine.assignee.name, theirs?.assignee.name ?? null],
    ['时间', formatAbsolute(mine.dueAt, now), theirs && formatAbsolute(theirs.dueAt, now)],
    ['标题', mine.title, theirs?.title ?? null],
  ]);
}

function Head({ task, now, unsent }: { task: TaskDetail; now: Instant; unsent: boolean }) {
  const due = dueWords(task, now);
  const open = task.status === 'pending';
  return (
    <RecordHeader
      name={task.title}
      tags={
        <>
          <StatusTag tone={STATUS_TONES[task.status]}>{taskMachine.states[task.status]}</StatusTag>
          {task.overdue && (
            <StatusTag tone="danger" icon="alarm-clock">
              {due.text}
            </StatusTag>
          )}
          {open && task.priority === 'high' && <StatusTag tone="hot">高优先</StatusTag>}
          {unsent && (
            <StatusTag tone="warning" icon="cloud-upload">
              待同步
            </StatusTag>
          )}
        </>
      }
    >
      <RecordOwner name={task.assignee.name}>{`${task.assignee.name} 负责`}</RecordOwner>
      <RecordNote icon="clock" urgency={due.urgency}>
        {[
          `${formatAbsolute(task.dueAt, now)} 前做完`,
          task.deferrals > 0 ? `已延期${task.deferrals}次` : null,
        ]
          .filter(Boolean)
          .join(' · ')}
      </RecordNote>
    </RecordHeader>
  );
}

function Source({ source }: { source: NonNullable<TaskDetail['source']> }) {
  const what = source.entity === 'leads' ? '线索' : '客户';
  return (
    <Card>
      <Row
        icon={source.entity === 'leads' ? 'contact' : 'building'}
        title={source.name ?? what}
        detail={source.openable ? `相关${what}` : `相关${what} · 没有权限查看`}
        {...(source.openable
          ? { onPress: () => void Taro.navigateTo({ url: `${RECORD_PAGES[source.entity]}?id=${source.id}` }) }
          : {})}
      />
    </Card>
  );
}
