import { Text, View } from '@tarojs/components';
import type { TaskItem } from '#shared/tasks/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { cx, Icon, Press, StatusTag } from '../ui';
import { dueWords, isPlanned } from './task-words';
import './task-row.scss';

interface TaskRowProps {
  task: TaskItem;
  now: Instant;
  onOpen: (task: TaskItem) => void;
  /** Without it there is nothing to tick. */
  onComplete?: ((task: TaskItem) => void) | undefined;
  /** Just ticked. */
  done?: boolean;
  /** For those who see the tasks of others. */
  showAssignee?: boolean;
  /** The day stands over it already. */
  dated?: boolean;
  /** Something about it still waits for the network. */
  unsent?: boolean;
}

/** What, about whom, until when; done with one tap. Several stand in a `Card`. */
export function TaskRow(props: TaskRowProps) {
  const { task, now, onOpen, onComplete, done, showAssignee, dated, unsent } = props;
  const open = task.status === 'pending';
  const planned = isPlanned(task);
  const ended = Boolean(done) || !open;
  const due = dueWords(task, now, dated);
  const about = task.source?.name && !task.title.includes(task.source.name) ? task.source.name : null;
  // Of a planned one the title says whom to contact; what about stands in its description.
  const facts = [about, planned ? task.description : null, showAssignee ? task.assignee.name : null]
    .filter(Boolean)
    .join(' · ');
  return (
    <View className="task-row">
      {open && onComplete ? (
        <Press
          className="task-row__tick"
          label={planned ? `写跟进：${task.title}` : `完成：${task.title}`}
          disabled={Boolean(done)}
          onPress={() => onComplete(task)}
        >
          {planned ? (
            <Icon name="pencil-line" className="task-row__write" />
          ) : (
            <View className={cx('task-row__circle', done && 'task-row__circle--on')}>
              {done && <Icon name="check" size="s" />}
            </View>
          )}
        </Press>
      ) : (
        <View className="task-row__tick">
          {open ? (
            <View className="task-row__circle task-row__circle--still" />
          ) : (
            <Icon
              name={task.status === 'completed' ? 'circle-check' : 'ban'}
              className={`task-row__end task-row__end--${task.status}`}
            />
          )}
        </View>
      )}
      <Press
        className="task-row__body"
        label={`${task.title}，${due.text}${task.priority === 'high' ? '，高优先' : ''}`}
        onPress={() => onOpen(task)}
      >
        <View className="task-row__head">
          <Text className={cx('task-row__title', ended && 'task-row__title--ended')}>{task.title}</Text>
          {open && task.priority === 'high' && (
            <View className="task-row__tag">
              <StatusTag tone="hot">高优先</StatusTag>
            </View>
          )}
        </View>
        <View className="task-row__meta">
          {unsent ? (
            <View className="task-row__due">
              <Icon name="cloud-upload" size="s" />
              <Text>待同步</Text>
            </View>
          ) : (
            <View className={cx('task-row__due', `task-row__due--${due.urgency}`)}>
              {due.urgency === 'overdue' && <Icon name="alarm-clock" size="s" />}
              <Text>{due.text}</Text>
            </View>
          )}
          {facts && <Text className="task-row__facts">{facts}</Text>}
        </View>
      </Press>
    </View>
  );
}
