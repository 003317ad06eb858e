import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { auth } from '#shared/auth/contract.ts';
import { departments } from '#shared/departments/contract.ts';
import { handovers } from '#shared/handovers/contract.ts';
import { heldWords } from '#shared/handovers/held.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { roles } from '#shared/roles/contract.ts';
import { USER_STATUS_LABELS, type UserDetail, users } from '#shared/users/contract.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { showDetail, useAction, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Avatar, Banner, Button, Card, confirm, Page, Row, StatusTag, toast } from '../../ui';
import { HandoverSheet } from './handover-sheet';
import { AFTER_HANDOVER, HandoversCard } from './handovers-card';
import { PasswordSheet } from './password-sheet';
import { StatusSheet } from './status-sheet';
import { useErrors } from './use-errors';
import { UserFields } from './user-fields';
import { editOf, isChanged, profileChanges, rebase, rolesChanged, type UserEdit } from './user-form';

const REFRESH = [users.list, users.get, departments.list, roles.list, auth.profile];

const leave = () => goBack('/team/users/index');

/** Somebody's account: what is known of them, what they may do, and the ways out. */
export function EditUser({ user, offline }: { user: UserDetail; offline: boolean | undefined }) {
  // The account that the form began with: a refresh in the background must not change what is being typed.
  const [initial] = useState<UserEdit>(() => editOf(user));
  const draft = useDraft<UserEdit>(`user:${user.id}`, initial);
  const { errors, failure, scrollTo, show, clear, fail } = useErrors();
  const [conflict, setConflict] = useState(false);
  const [password, setPassword] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [handing, setHanding] = useState(false);
  const params = { id: user.id };
  const dirty = isChanged(draft.value);
  const held = useDetail(handovers.preview, { params });
  const words = held.data ? heldWords(held.data) : '';

  // Nothing typed yet: what somebody else saved meanwhile simply shows. Otherwise the server says so when it is saved.
  const { version: seen } = draft.value;
  const { setValue } = draft;
  useEffect(() => {
    if (!dirty && user.version > seen) setValue(editOf(user));
  }, [dirty, user, seen, setValue]);

  /** A newer state of the account under what is being typed. */
  const take = (current: UserDetail) => {
    showDetail(users.get, { params }, current);
    draft.setValue((mine) => rebase(mine, current));
  };
  const onError = (error: ApiError) => {
    const current = (error.details as { current?: UserDetail } | null | undefined)?.current;
    if (error.code === 'STALE' && current) {
      take(current);
      setConflict(true);
    } else if (error.fields) show(error.fields);
    else if (error.status !== 401) fail(error.message);
  };
  const update = useAction(users.update, { refresh: REFRESH, onError });
  const setRoles = useAction(users.setRoles, { refresh: REFRESH, onError });
  const reset = useAction(users.resetPassword, {
    refresh: REFRESH,
    onError,
    onDone: (answer) => {
      take(answer.user);
      setPassword(answer.initialPassword);
    },
  });
  const changeStatus = useAction(users.changeStatus, {
    refresh: [...REFRESH, ...AFTER_HANDOVER],
    onDone(current) {
      take(current);
      setAsking(false);
      toast(current.status === 'active' ? '已启用' : '已停用，所有设备已退出登录');
    },
    onError(error) {
      const current = (error.details as { current?: UserDetail } | null | undefined)?.current;
      if (current) take(current);
      // Work came in meanwhile: the sheet asks for it as soon as it knows how much.
      if (error.code === 'HANDOVER_REQUIRED') held.refresh();
    },
  });

  const handOver = useAction(handovers.create, {
    refresh: AFTER_HANDOVER,
    onDone({ moved }) {
      setHanding(false);
      toast(`已交接${moved}条，24小时内可以撤销`);
    },
  });

  async function save(): Promise<void> {
    setConflict(false);
    const edit = draft.value;
    const changes = profileChanges(edit);
    const judged = users.update.body.safeParse({ version: edit.version, ...changes });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    let { version } = edit;
    if (Object.keys(changes).length > 0) {
      const saved = await update.run({ params, body: judged.data });
      if (!saved) return;
      version = saved.version;
      // So that another try after a refusal of the roles does not send the profile again.
      take(saved);
    }
    if (rolesChanged(edit)) {
      const saved = await setRoles.run({ params, body: { version, roleIds: [...edit.form.roleIds] } });
      if (!saved) return;
      take(saved);
    }
    draft.clear();
    toast('已保存');
    leave();
  }

  async function resetPassword(): Promise<void> {
    const sure = await confirm({
      title: `重置${user.name}的密码？`,
      message: '旧密码立即失效，所有设备退出登录。新的初始密码只显示一次。',
      confirm: '重置密码',
      danger: true,
    });
    if (sure) void reset.run({ params });
  }

  const actionOf = (name: string) => user.actions.find(({ action }) => action === name);
  const resetAction = actionOf('resetPassword');
  const statusAction = actionOf('disable') ?? actionOf('enable');
  const disabling = user.status === 'active';
  return (
    <Page
      title="员工"
      home="/pages/me/index"
      scrollTo={scrollTo}
      banner={
        failure ? (
          <Banner tone="danger">{failure}</Banner>
        ) : conflict ? (
          <Banner tone="warning" action="知道了" onAction={() => setConflict(false)}>
            刚刚有人改过，已并入最新内容；你的改动还没有保存，看一眼再提交
          </Banner>
        ) : draft.restored !== null && dirty ? (
          <Banner tone="accent" icon="history" action="清空重填" onAction={draft.discard}>
            已恢复上次没提交的改动
          </Banner>
        ) : (
          <ConnectionBanner offline={offline} />
        )
      }
      footer={
        <View className="user__save">
          <Button
            kind="primary"
            block
            pending={update.pending || setRoles.pending}
            onPress={() => void save()}
          >
            保存
          </Button>
        </View>
      }
    >
      <View className="user">
        <Card inset className="user__head">
          <Avatar name={user.name} size="l" />
          <View className="user__words">
            <Text className="user__name">{user.name}</Text>
            <Text className="user__line">
              {[
                user.username,
                words === '' ? null : `在手 ${words}`,
                user.wechatBound ? '已绑定微信' : null,
                user.mustChangePassword ? '还没有改初始密码' : null,
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </View>
          <StatusTag tone={disabling ? 'success' : 'neutral'}>{USER_STATUS_LABELS[user.status]}</StatusTag>
        </Card>
        <UserFields
          isNew={false}
          value={draft.value.form}
          errors={errors}
          onChange={(changes) => {
            clear(Object.keys(changes));
            draft.setValue((before) => ({ ...before, form: { ...before.form, ...changes } }));
          }}
        />
        <Card>
          {resetAction && (
            <Row
              icon="key-round"
              title={resetAction.label}
              acts
              disabled={resetAction.disabledReason !== null || reset.pending}
              {...(resetAction.disabledReason ? { detail: resetAction.disabledReason } : {})}
              onPress={() => void resetPassword()}
            />
          )}
          {held.data && (words !== '' || held.data.tasks > 0) && (
            <Row
              icon="arrow-right-left"
              title="交接工作"
              detail="在手的线索、客户、工单、待办全部交给同事"
              acts
              onPress={() => {
                handOver.reset();
                setHanding(true);
              }}
            />
          )}
          {statusAction && (
            <Row
              icon={disabling ? 'ban' : 'rotate-ccw'}
              title={statusAction.label}
              acts
              {...(disabling ? { tone: 'danger' as const } : {})}
              disabled={statusAction.disabledReason !== null}
              {...(statusAction.disabledReason ? { detail: statusAction.disabledReason } : {})}
              onPress={() => {
                changeStatus.reset();
                setAsking(true);
              }}
            />
          )}
        </Card>
        <HandoversCard user={user} />
      </View>
      {held.data && (
        <HandoverSheet
          user={user}
          held={held.data}
          open={handing}
          pending={handOver.pending}
          error={handOver.error?.fields?.[0]?.message ?? handOver.error?.message ?? null}
          onClose={() => setHanding(false)}
          onSubmit={(body) => void handOver.run({ params, body })}
        />
      )}
      <StatusSheet
        user={user}
        held={held.data ?? null}
        open={asking}
        pending={changeStatus.pending}
        error={changeStatus.error?.fields?.[0]?.message ?? changeStatus.error?.message ?? null}
        onClose={() => setAsking(false)}
        onSubmit={(answer) =>
          void changeStatus.run({
            params,
            body: {
              version: user.version,
              status: disabling ? 'disabled' : 'active',
              ...answer,
            },
          })
        }
      />
      <PasswordSheet
        account={password === null ? null : { name: user.name, username: user.username, password }}
        onClose={() => setPassword(null)}
      />
    </Page>
  );
}
