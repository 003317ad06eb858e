import { describe, expect, test } from 'vitest';
import { readChat } from './chat.ts';

describe('a pasted chat', () => {
  test.each([
    [
      '你好，我们是三亚海棠湾阳光大酒店，有120间房，想了解客控。电话138 0013 8000，微信同号，我姓王',
      {
        customerName: '三亚海棠湾阳光大酒店',
        phone: '13800138000',
        wechat: '13800138000',
        hotelRooms: 120,
        contactPerson: '王先生/女士',
      },
    ],
    ['加我微信：haijing_2026 发个报价', { wechat: 'haijing_2026' }],
    ['vx wang-hotel88', { wechat: 'wang-hotel88' }],
    ['李总 13912345678', { contactPerson: '李总', phone: '13912345678' }],
    ['+86 139-1234-5678', { phone: '13912345678' }],
    ['座机0755-86543210 找前台', { phone: '075586543210' }],
    ['杭州市的民宿，30间', { city: '杭州', hotelRooms: 30 }],
    ['发到 wang.li@hotel.com.cn', { email: 'wang.li@hotel.com.cn' }],
    ['在吗？多少钱', {}],
    ['订单号 20261120123456789', {}],
  ])('%s', (text, facts) => {
    expect(readChat(text)).toEqual(facts);
  });

  test('of the form of an advertisement is read by its labels', () => {
    const form =
      '姓名：周敏\n电话：13700001111\n微信：zhoumin66\n酒店名称：如家精选（西湖店）\n城市：杭州\n客房数：86';
    expect(readChat(form)).toEqual({
      contactPerson: '周敏',
      phone: '13700001111',
      wechat: 'zhoumin66',
      customerName: '如家精选（西湖店）',
      city: '杭州',
      hotelRooms: 86,
    });
  });
});
