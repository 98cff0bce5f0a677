"""How is the whole fleet? Run folders of many places become one report: who is sick, who is blind, what lies behind."""
