import { describe, expect, it, test } from 'vitest';
import { provinceOf, regionKey } from './cities.ts';

describe('the province of a city', () => {
  test.each([
    ['佛山', '广东'],
    ['佛山市', '广东'],
    [' 深圳市 ', '广东'],
    ['上海市', '上海'],
    ['恩施土家族苗族自治州', '湖北'],
    ['博尔塔拉蒙古自治州', '新疆'],
    ['海西蒙古族藏族自治州', '青海'],
    ['阿里地区', '西藏'],
    ['锡林郭勒盟', '内蒙古'],
    ['吉林市', '吉林'],
    ['苏州', '江苏'],
    ['宿州', '安徽'],
    ['雄安新区', '河北'],
  ])('%s is in %s', (city, province) => {
    expect(provinceOf(city)).toBe(province);
  });

  it.each(['', '南山区', '火星', '海南藏族自治州'])('of “%s” is not known', (place) => {
    expect(provinceOf(place)).toBeUndefined();
  });
});

test.each([
  ['广西壮族自治区', '广西'],
  ['新疆维吾尔自治区', '新疆'],
  ['内蒙古自治区', '内蒙古'],
  ['宁夏回族自治区', '宁夏'],
  ['香港特别行政区', '香港'],
  ['广东省', '广东'],
])('%s and %s are one', (long, short) => {
  expect(regionKey(long)).toBe(short);
});
