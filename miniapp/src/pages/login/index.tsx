import { Input, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { auth, type Session } from '#shared/auth/contract.ts';
import { ApiError, call } from '../../api/call';
import { deviceName } from '../../api/device';
import { leaveLogin, openPasswordChange } from '../../api/navigation';
import { signIn } from '../../api/session';
import { readStored, writeStored } from '../../api/storage';
import { showCustomers, showLeads } from '../../domain/list-views';
import { Banner, Button, Field, FieldGroup, IconButton, Page } from '../../ui';
import './index.scss';

const isH5 = process.env.TARO_ENV === 'h5';
const LAST_LOGIN = 'last-login';

interface LastLogin {
  readonly userId: string;
  readonly username: string;
}

interface Trouble {
  readonly field: 'username' | 'password' | null;
  readonly message: string;
}

function troubleOf(thrown: unknown): Trouble {
  if (!(thrown instanceof ApiError)) return { field: null, message: '没有登录成功，请重试' };
  if (thrown.code === 'WRONG_CREDENTIALS') return { field: 'password', message: thrown.message };
  const first = thrown.fields?.[0];
  if (first && (first.field === 'username' || first.field === 'password')) {
    return { field: first.field, message: first.message };
  }
  return { field: null, message: thrown.message };
}

const openForgot = (username: string) =>
  void Taro.navigateTo({ url: `/account/forgot/index?username=${encodeURIComponent(username.trim())}` });

const openRegister = () => void Taro.navigateTo({ url: '/account/register/index' });

const ticketOf = (thrown: unknown): string | null => {
  if (!(thrown instanceof ApiError) || thrown.code !== 'WECHAT_NOT_BOUND') return null;
  return (thrown.details as { ticket?: string } | null)?.ticket ?? null;
};

export default function LoginPage() {
  const [last] = useState(() => readStored<LastLogin>(LAST_LOGIN));
  const [username, setUsername] = useState(last?.username ?? '');
  const [password, setPassword] = useState('');
  const [visible, setVisible] = useState(false);
  const [pending, setPending] = useState<'password' | 'wechat' | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [ticket, setTicket] = useState<string | null>(null);

  /** Whether pages wait under this one. */
  const [over] = useState(() => Taro.getCurrentPages().length > 1);

  const enter = (session: Session) => {
    const otherUser = last !== null && last.userId !== session.user.id;
    writeStored(LAST_LOGIN, {
      userId: session.user.id,
      username: username.trim() || session.user.username,
    } satisfies LastLogin);
    signIn(session);
    if (otherUser) {
      showLeads({});
      showCustomers({});
    }
    if (session.user.mustChangePassword) openPasswordChange();
    else leaveLogin(!otherUser);
  };

  const attempt = async (kind: 'password' | 'wechat', run: () => Promise<Session>) => {
    if (pending) return;
    setPending(kind);
    setTrouble(null);
    try {
      enter(await run());
    } catch (thrown) {
      const unbound = ticketOf(thrown);
      if (unbound) setTicket(unbound);
      else setTrouble(troubleOf(thrown));
      if (thrown instanceof ApiError && thrown.code === 'BIND_TICKET_INVALID') setTicket(null);
    } finally {
      setPending(null);
    }
  };

  const submit = () => {
    if (!username.trim()) return setTrouble({ field: 'username', message: '请输入用户名或手机号' });
    if (!password) return setTrouble({ field: 'password', message: '请输入密码' });
    const body = { username, password, device: deviceName() };
    return void attempt('password', () =>
      ticket ? call(auth.bindWechat, { body: { ...body, ticket } }) : call(auth.login, { body }),
    );
  };

  const enterByWechat = () =>
    void attempt('wechat', async () => {
      const { code } = await Taro.login();
      return call(auth.wechat, { body: { code, device: deviceName() } });
    });

  const errorOf = (field: Trouble['field']) => (trouble?.field === field ? trouble?.message : undefined);
  const clear = (field: Trouble['field']) => {
    if (trouble && (trouble.field === field || trouble.field === null)) setTrouble(null);
  };

  return (
    <Page
      title={ticket ? '绑定微信' : '登录'}
      plain
      home={over ? undefined : null}
      banner={
        trouble?.field === null && (
          <Banner tone="danger" icon="circle-alert">
            {trouble.message}
          </Banner>
        )
      }
    >
      <View className="login">
        <View className="login__head">
          <Text className="login__name">跟进</Text>
          <Text className="login__line">
            {ticket
              ? '第一次用微信登录：验证一次账号，以后一键进入'
              : over
                ? `${last ? '登录已过期，' : ''}登录后打开刚才的页面`
                : '每一条线索，都有下一步'}
          </Text>
        </View>
        <FieldGroup>
          <Field name="username" label="账号" error={errorOf('username')}>
            <Input
              className="field__text"
              value={username}
              type="text"
              placeholder="用户名或手机号"
              placeholderClass="placeholder"
              maxlength={50}
              confirmType="next"
              focus={!isH5 && !last}
              onInput={(event) => {
                setUsername(event.detail.value);
                clear('username');
              }}
              nativeProps={{
                autocomplete: 'username',
                autocapitalize: 'off',
                autocorrect: 'off',
                name: 'username',
              }}
              {...{ 'aria-label': '用户名或手机号' }}
            />
          </Field>
          <Field name="password" label="密码" error={errorOf('password')}>
            <Input
              className="field__text"
              value={password}
              type="text"
              password={!visible}
              placeholder="请输入密码"
              placeholderClass="placeholder"
              maxlength={128}
              confirmType="go"
              onInput={(event) => {
                setPassword(event.detail.value);
                clear('password');
              }}
              onConfirm={submit}
              nativeProps={{ autocomplete: 'current-password', name: 'password' }}
              {...{ 'aria-label': '密码' }}
            />
            <IconButton
              icon={visible ? 'eye-off' : 'eye'}
              label={visible ? '隐藏密码' : '显示密码'}
              onPress={() => setVisible(!visible)}
            />
          </Field>
        </FieldGroup>
        <View className="login__buttons">
          <Button kind="primary" block pending={pending === 'password'} onPress={submit}>
            {ticket ? '绑定并登录' : '登录'}
          </Button>
          {!isH5 && !ticket && (
            <Button block icon="message-circle" pending={pending === 'wechat'} onPress={enterByWechat}>
              微信登录
            </Button>
          )}
          {ticket && (
            <Button kind="plain" block onPress={() => setTicket(null)}>
              不绑定，直接登录
            </Button>
          )}
          <Button kind="plain" block onPress={() => openForgot(username)}>
            忘记密码
          </Button>
          {!ticket && (
            <Button kind="plain" block onPress={openRegister}>
              申请账号
            </Button>
          )}
        </View>
        <Text className="login__help">账号由管理员开通；没有登记邮箱的，请联系管理员重置密码</Text>
      </View>
    </Page>
  );
}
